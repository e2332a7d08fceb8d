import { TextDecoder } from 'node:util';
import { InputError } from './input-error.js';

/** Far over any row; a file without line ends must not fill the memory before it is refused. */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Gives each line that is not blank, with its number from 1, of a stream of UTF-8, with or without a byte order mark.
 * A callback, as an async iterator would cost as much as parsing the line.
 *
 * @param file its name, for messages
 * @throws {InputError} when it is not UTF-8 or a line is too long
 */
export async function eachLine(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  onLine: (line: string, number: number) => void,
): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  let rest = '';
  const take = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) give(line);
    if (rest.length > MAX_LINE_LENGTH) throw tooLong(file, number + 1);
  };
  const give = (line: string) => {
    number++;
    if (line.length > MAX_LINE_LENGTH) throw tooLong(file, number);
    if (line.trim() !== '') onLine(line, number);
  };
  for await (const chunk of bytes) take(decode(decoder, chunk, file, number));
  take(decode(decoder, undefined, file, number));
  if (rest !== '') give(rest);
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, file: string, number: number): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (cause) {
    throw new InputError(`${file} is not UTF-8 text, after line ${number}.`, { cause });
  }
}

const tooLong = (file: string, number: number) =>
  new InputError(`${file} line ${number} is longer than ${MAX_LINE_LENGTH} characters; a line is one row.`);
