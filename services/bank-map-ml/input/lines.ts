import { TextDecoder } from 'node:util';
import { ContentError } from '../../input-error.js';

/** More than any row has. Limits the memory for a file without line breaks. */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Calls `onLine` for each non-blank line of a UTF-8 stream, with its number from 1. A byte order mark is skipped.
 * This is a callback because an async iterator costs as much as parsing the line.
 *
 * @param file the file name for messages
 * @throws {ContentError} when it is not UTF-8 or a line is too long
 */
export async function eachLine(
  bytes: AsyncIterable<Uint8Array>,
  file: string,
  onLine: (line: string, number: number) => void,
): Promise<void> {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let number = 0;
  let rest = '';
  const addText = (text: string) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) addLine(line);
    if (rest.length > MAX_LINE_LENGTH) throw tooLong(file, number + 1);
  };
  const addLine = (line: string) => {
    number++;
    if (line.length > MAX_LINE_LENGTH) throw tooLong(file, number);
    if (line.trim() !== '') onLine(line, number);
  };
  for await (const chunk of bytes) addText(decode(decoder, chunk, file, number));
  addText(decode(decoder, undefined, file, number));
  if (rest !== '') addLine(rest);
}

function decode(decoder: TextDecoder, chunk: Uint8Array | undefined, file: string, number: number): string {
  try {
    return decoder.decode(chunk, { stream: chunk !== undefined });
  } catch (cause) {
    throw new ContentError(`${file} is not UTF-8 text, after line ${number}.`, { cause });
  }
}

const tooLong = (file: string, number: number) =>
  new ContentError(`${file} line ${number} is longer than ${MAX_LINE_LENGTH} characters; every line must be one row.`);
