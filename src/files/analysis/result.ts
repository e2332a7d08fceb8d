import { JsonLimitError } from '../../platform/json-scanner.js';
import { JsonEncodingError, membersOf, partsOf } from '../../platform/json-text.js';
import { filesErrors } from '../errors.js';

/** Limits of a result, so that each scene is one row of a table (result-rows.ts). */
export const MAX_SCENES = 20_000;
const MAX_SCENE_BYTES = 500_000;
const MAX_MEMBERS = 1_000;
const MAX_DEPTH = 100;
/** Longer texts of the members below are not read. */
const MAX_TEXT_BYTES = 64 * 1024;
const MAX_COMMENT = 10_000;

/** The severities of a recommendation (docs/contracts/files.md). */
const RATINGS = ['----', 'None', 'mild', 'moderate', 'severe'] as const;
export type Rating = (typeof RATINGS)[number];

/** What an analyzer posted: its result, or that it failed. */
export type PostedResult = { failure: { code: string; message: string } } | { failure?: undefined; result: Result };

export interface Result {
  /** JSON texts of the scenes; undefined when the result has no array of this name. */
  scenes: Buffer[] | undefined;
  /** The JSON object of all other members. */
  rest: Buffer;
  violationsQuantity: number;
  /** The comment of the analyzer. */
  comment?: string;
  rating: Rating;
}

/**
 * Reads a posted result. It does not parse it as a whole, which would block the process.
 * @throws OperationError 400 `ResultInvalid`, 413 `UploadTooLarge`
 */
export async function readResult(bytes: Buffer): Promise<PostedResult> {
  const members = await membersIn(bytes);
  const failure = failureIn(members);
  if (failure) return { failure };
  const scenes = await itemsIn(members.get('scenes'), MAX_SCENES, 'scenes');
  for (const [index, { length }] of (scenes ?? []).entries()) {
    if (length > MAX_SCENE_BYTES)
      throw tooLarge(`scenes[${index}]: it has ${length} bytes, at most ${MAX_SCENE_BYTES}.`);
  }
  const comment = valueIn(members, 'comment');
  const result: Result = {
    scenes,
    rest: objectOf([...members].filter(([name]) => name !== 'scenes' || !scenes)),
    violationsQuantity: countIn(members) ?? (await findingsIn(members, scenes ?? [])),
    rating: RATINGS.find((rating) => rating === valueIn(members, 'rating')) ?? '----',
    ...(typeof comment === 'string' && comment.trim() !== '' && { comment: comment.slice(0, MAX_COMMENT) }),
  };
  return { result };
}

async function membersIn(bytes: Buffer): Promise<Map<string, Buffer>> {
  const parts = await checked(() => partsOf(bytes, { depth: MAX_DEPTH, parts: MAX_MEMBERS }), 'The result');
  if (parts && 'members' in parts) return parts.members;
  throw filesErrors.ResultInvalid('The result is not a JSON object.');
}

/** The texts of an array; undefined when the text is no array. */
async function itemsIn(text: Buffer | undefined, most: number, name: string): Promise<Buffer[] | undefined> {
  const parts = text && (await checked(() => partsOf(text, { depth: MAX_DEPTH, parts: most }), name));
  return parts && 'items' in parts ? parts.items : undefined;
}

async function checked<T>(read: () => Promise<T>, what: string): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    const text = `${what}: `;
    if (cause instanceof JsonLimitError) throw tooLarge(`${text}it has ${cause.message}.`, cause);
    if (cause instanceof JsonEncodingError) throw filesErrors.ResultInvalid(`${text}it is not UTF-8 text.`, { cause });
    if (cause instanceof SyntaxError) throw filesErrors.ResultInvalid(`${text}${cause.message}`, { cause });
    throw cause;
  }
}

const tooLarge = (message: string, cause?: unknown) => filesErrors.UploadTooLarge(message, { cause });

function objectOf(members: [name: string, text: Buffer][]): Buffer {
  const texts = members.flatMap(([name, text], index) => [
    Buffer.from(`${index === 0 ? '' : ','}${JSON.stringify(name)}:`),
    text,
  ]);
  return Buffer.concat([Buffer.from('{'), ...texts, Buffer.from('}')]);
}

/** The value of a member that is short. */
function valueIn(members: ReadonlyMap<string, Buffer>, name: string): unknown {
  const text = members.get(name);
  return text && text.length <= MAX_TEXT_BYTES ? (JSON.parse(text.toString('utf8')) as unknown) : undefined;
}

function countIn(members: ReadonlyMap<string, Buffer>): number | undefined {
  const count = valueIn(members, 'violations_quantity');
  return typeof count === 'number' && Number.isInteger(count) && count >= 0 && count < 2 ** 31 ? count : undefined;
}

/** The number of findings, of the result or of its scenes. */
async function findingsIn(members: ReadonlyMap<string, Buffer>, scenes: readonly Buffer[]): Promise<number> {
  const own = await lengthOf(members.get('findings'));
  if (own !== undefined) return own;
  let sum = 0;
  for (const scene of scenes) {
    const found = await checked(() => membersOf(scene, ['findings'], MAX_DEPTH), 'scenes');
    sum += (await lengthOf(found?.findings)) ?? 0;
  }
  return sum;
}

async function lengthOf(text: Buffer | undefined): Promise<number | undefined> {
  return (await itemsIn(text, Infinity, 'findings'))?.length;
}

/** `{"error": {"code", "message"}}`: the analyzer failed. */
function failureIn(members: ReadonlyMap<string, Buffer>): { code: string; message: string } | undefined {
  const error = valueIn(members, 'error') as { code?: unknown; message?: unknown } | null | undefined;
  if (typeof error !== 'object' || typeof error?.message !== 'string') return undefined;
  const code = typeof error.code === 'string' && /^\w{1,100}$/.test(error.code) ? error.code : 'AnalyzerFailed';
  return { code, message: cleaned(error.message) };
}

const MAX_MESSAGE = 300;

/** One line of printable characters. */
function cleaned(message: string): string {
  const text = message
    .slice(0, MAX_MESSAGE)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim();
  return text === '' ? 'It gave no reason.' : text;
}
