type Value = string | number | boolean | null | Value[] | { [name: string]: Value };

const FUNCTIONS: Record<string, (...values: Value[]) => Value> = {
  createObject: (...values) =>
    Object.fromEntries(
      values.flatMap((name, index) => (index % 2 === 0 ? [[name as string, values[index + 1] ?? null]] : [])),
    ),
  union: (...values) => Object.assign({}, ...values) as Value,
  format: (text, ...values) => (text as string).replace(/\{(\d+)\}/g, (_all, index) => values[Number(index)] as string),
};

/**
 * The value of an expression in a template of Azure Resource Manager, such as `[union(createObject('a', 1), …)]`. What only
 * Azure knows, a `reference(…)` with its members, has the value `<type of the resource>.<members>`.
 *
 * @throws Error for a function that is not known here
 */
export function valueOf(expression: string, parameters: Readonly<Record<string, Value>> = {}): Value {
  let rest = expression.replace(/^\[|\]$/g, '');
  const take = (pattern: RegExp) => {
    const [all = '', first] = pattern.exec(rest) ?? [];
    rest = rest.slice(all.length);
    return first;
  };
  const read = (): Value => {
    const text = take(/^\s*'((?:[^']|'')*)'/);
    if (text !== undefined) return text.replaceAll("''", "'");
    const number = take(/^\s*(-?\d+)/);
    if (number !== undefined) return Number(number);
    const name = take(/^\s*(\w+)\(/);
    if (name === undefined) throw new Error(`Expected a value: ${rest}`);
    const values: Value[] = [];
    while (take(/^\s*(\))/) === undefined) {
      values.push(read());
      take(/^\s*(,)/);
    }
    if (name === 'parameters') return parameters[values[0] as string] ?? null;
    if (name === 'reference') {
      const type = (values[0] as string).split('/').at(-2) ?? '';
      return `<${type}>${take(/^((?:\.\w+)+)/) ?? ''}`;
    }
    const known = FUNCTIONS[name];
    if (!known) throw new Error(`The function ${name} is not known.`);
    return known(...values);
  };
  return read();
}
