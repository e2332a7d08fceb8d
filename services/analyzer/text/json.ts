import { AnalysisFailure } from '../failure.js';
import { type TextCollector } from './extracted.js';

/** A script is a few levels deep; a deeper value is made to break parsers. */
const MAX_DEPTH = 64;

/**
 * Collects the strings of a JSON text in their order, each in lines of its own.
 *
 * @param isRequired whether a text that is not JSON is an error
 * @returns false when it is not JSON
 * @throws {AnalysisFailure}
 */
export function jsonText(text: string, collector: TextCollector, isRequired: boolean): boolean {
  const isDeep = depthOf(text) > MAX_DEPTH;
  if (isDeep && isRequired) throw tooDeep();
  if (isDeep && /^[\s[{]{65}/.test(text)) throw tooDeep(); // not a text with many brackets
  let value: unknown;
  try {
    if (isDeep) return false;
    value = JSON.parse(text);
  } catch (cause) {
    if (isRequired) throw new AnalysisFailure('DamagedFile', 'The file is not valid JSON.', { cause });
    return false;
  }
  collect(value, collector);
  return true;
}

const tooDeep = () => new AnalysisFailure('TooDeep', `The JSON is nested deeper than ${MAX_DEPTH} levels.`);

function collect(value: unknown, collector: TextCollector): void {
  if (typeof value === 'string') collector.add(`${value}\n`);
  else if (typeof value === 'object' && value !== null) {
    for (const member of Object.values(value)) collect(member, collector);
  }
}

/** The deepest nesting, found without recursion. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  let isInString = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isInString) {
      if (character === '\\') i++;
      else if (character === '"') isInString = false;
    } else if (character === '"') isInString = true;
    else if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
    else if (character === ']' || character === '}') depth--;
  }
  return deepest;
}
