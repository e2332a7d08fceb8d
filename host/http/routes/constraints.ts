/** Checks the text of a route parameter. */
export type Constraint = (text: string) => boolean;

const INT_MAX = 2n ** 31n - 1n;
const LONG_MAX = 2n ** 63n - 1n;

const FIXED: Record<string, Constraint> = {
  int: (text) => isInteger(text, INT_MAX),
  long: (text) => isInteger(text, LONG_MAX),
  bool: (text) => /^\s*(?:true|false)\s*$/i.test(text),
  guid: isGuid,
  alpha: (text) => /^[a-z]*$/i.test(text),
  datetime: isDateTime,
  decimal: (text) => /^\s*[+-]?(?:\d[\d,]*\.?\d*|\.\d+)\s*$/.test(text),
  double: isFloat,
  float: isFloat,
  required: (text) => text !== '',
};

type Numbers = readonly bigint[];

const WITH_NUMBERS: Record<string, { counts: readonly number[]; make: (numbers: Numbers) => Constraint }> = {
  min: { counts: [1], make: ([low]) => inRange(low, undefined) },
  max: { counts: [1], make: ([high]) => inRange(undefined, high) },
  range: { counts: [2], make: ([low, high]) => inRange(low, high) },
  minlength: { counts: [1], make: ([low]) => hasLength(low, undefined) },
  maxlength: { counts: [1], make: ([high]) => hasLength(undefined, high) },
  length: { counts: [1, 2], make: ([low, high]) => hasLength(low, high ?? low) },
};

/**
 * Parses an inline constraint such as `int` or `range(1,10)` (host contract, 3.1).
 *
 * @throws Error for an unknown name or invalid arguments
 */
export function parseConstraint(text: string): Constraint {
  const [, name = '', argument] = /^([a-z]+)(?:\((.*)\))?$/is.exec(text) ?? [];
  const key = name.toLowerCase();
  if (key === 'regex' && argument !== undefined) return matches(argument);
  const fixed = FIXED[key];
  if (fixed !== undefined && argument === undefined) return fixed;
  const numeric = WITH_NUMBERS[key];
  if (numeric !== undefined && argument !== undefined) {
    const numbers = argument.split(',').map((part) => part.trim());
    if (numeric.counts.includes(numbers.length) && numbers.every((part) => /^-?\d+$/.test(part))) {
      return numeric.make(numbers.map(BigInt));
    }
  }
  throw new Error(`the constraint "${text}" is unknown or has invalid arguments`);
}

function isInteger(text: string, max: bigint): boolean {
  if (!/^\s*[+-]?\d{1,40}\s*$/.test(text)) return false;
  const value = BigInt(text.trim().replace(/^\+/, ''));
  return value <= max && value >= -max - 1n;
}

/** .NET's number format: sign, thousands separators, exponent. */
function isFloat(text: string): boolean {
  return /^\s*[+-]?(?:\d[\d,]*\.?\d*|\.\d+)(?:e[+-]?\d+)?\s*$/i.test(text);
}

/** With or without hyphens, optionally in braces or parentheses. */
function isGuid(text: string): boolean {
  const plain = /^\{.*\}$|^\(.*\)$/.test(text) ? text.slice(1, -1) : text;
  return /^[\da-f]{8}(-?)[\da-f]{4}\1[\da-f]{4}\1[\da-f]{4}\1[\da-f]{12}$/i.test(plain);
}

/** Dates that JavaScript parses; a bare number is not a date. */
function isDateTime(text: string): boolean {
  return /\d[-/:. ]/.test(text) && !Number.isNaN(Date.parse(text));
}

function inRange(low: bigint | undefined, high: bigint | undefined): Constraint {
  return (text) => {
    if (!isInteger(text, LONG_MAX)) return false;
    const value = BigInt(text.trim().replace(/^\+/, ''));
    return (low === undefined || value >= low) && (high === undefined || value <= high);
  };
}

function hasLength(low: bigint | undefined, high: bigint | undefined): Constraint {
  return (text) => (low === undefined || text.length >= low) && (high === undefined || text.length <= high);
}

function matches(pattern: string): Constraint {
  const expression = new RegExp(pattern, 'i');
  return (text) => expression.test(text);
}
