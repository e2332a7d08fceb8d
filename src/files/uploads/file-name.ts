import { filesErrors } from '../errors.js';

/** Most characters of a name (docs/contracts/files.md). */
const MAX_NAME = 255;

/**
 * Checks the name of a file, which is stored and shown as it is sent.
 * @param target the field that has the name
 * @throws OperationError 400 `UploadInvalid`
 */
export function checkName(name: string, target: string): string {
  const problem = problemOf(name);
  if (problem === undefined) return name;
  throw filesErrors.UploadInvalid(`${target}: ${problem}`, { target });
}

function problemOf(name: string): string | undefined {
  if (name.trim() === '') return 'the file has no name.';
  // A character is a code point here, so that an emoji counts once.
  if (name.length > 2 * MAX_NAME || Array.from(name).length > MAX_NAME) {
    return `the file name is longer than ${MAX_NAME} characters.`;
  }
  if (/[/\\]/.test(name) || name === '..' || name === '.') {
    return 'the file name is a path; send the name without a folder.';
  }
  if (/\p{Cc}/u.test(name)) return 'the file name has a control character.';
  if (name.includes('\uFFFD') || !name.isWellFormed()) return 'the file name is not UTF-8.';
  return undefined;
}
