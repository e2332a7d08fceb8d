import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../dev/plan.js';

const SOURCES = path.join(ROOT, 'console/src');
/** The first argument of a call: a text, a name, or the result of a function. */
const ARGUMENT = /(`[^`]*`|'[^']*'|[\w.]+(?:\([^)]*\))?)/.source;
/** How the console calls the app: each pattern has the groups of a call's name. */
const CALLS = [
  // A method of the client package: `api().operations.retry(`.
  /(?:\bapi\(\)|\bapiWith\(.*?\)\)|\bplates)\s*\.((?!request)\w+(?:\.\w+|\[\w+\])?)(?:<\w*>)?\(/g,
  // A call by method and path: `request<Book>('GET', '/books'`.
  new RegExp(
    `(?<!function )\\b(?:request|requestWithHeaders|change)(?:<[^(]*>)?\\(\\s*'([A-Z]+)',\\s*${ARGUMENT}`,
    'g',
  ),
  // A call by path alone: `get<Book>('/books'`, `download('/files'`.
  new RegExp(`(?<![\\w)\\]]\\.|\\w|function )(?:get|download|saveAnswer|fetch)(?:<[^(]*>)?\\(\\s*${ARGUMENT}`, 'g'),
];
/** What the calls of the views are made of, and a view that shows code: beginnings of names. */
const OTHERS = ['api/connection', 'api/queries GET', 'api/save', 'api/upload-progress', 'views/operation/code'];

/** Every call of the app in the sources of the console, by its file: `views/books/book DELETE /books/{}`. */
export function consoleCalls(): string[] {
  const files = fs.readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter((file) => /\.tsx?$/.test(file));
  const calls = files.flatMap((file) => {
    const name = file.replace(/\.tsx?$/, '');
    const text = fs.readFileSync(path.join(SOURCES, file), 'utf8');
    const found = CALLS.flatMap((pattern) => [...text.matchAll(pattern)]);
    return found.map(([, ...parts]) => `${name} ${parts.map(plain).join(' ')}`);
  });
  return [...new Set(calls)].filter((call) => !OTHERS.some((other) => call.startsWith(other))).sort();
}

/** `/books/{}` of a text with values in it. */
const plain = (text: string) =>
  text
    .replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '{}')
    .replace(/\$\{.*$/, '')
    .replaceAll(/[`']|\?.*$/g, '');
