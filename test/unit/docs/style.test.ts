import { passagesOf, readFile, repositoryFiles } from '../../support/documents.js';

/** The longest paragraph, in characters. What is longer is a list or a table. */
const MAX_PARAGRAPH = 600;

/** Moved as it was; a later change corrects it. */
const AS_IT_WAS = ['docs/host-contract.md'];

const documents = repositoryFiles().filter((file) => /^([^/]+|docs\/.+)\.md$/.test(file) && !AS_IT_WAS.includes(file));

test.each(documents)('%s has no paragraph that is too long', (file) => {
  const long = passagesOf(readFile(file)).filter(({ text }) => !text.startsWith('|') && text.length > MAX_PARAGRAPH);
  expect(long.map(({ line, text }) => `${file}:${line}: ${text.length} characters`)).toEqual([]);
});

test.each(documents)('no text in %s breaks a table', (file) => {
  // A row needs a header, which is the row above a line of dashes; after a blank line there is none.
  const lines = readFile(file).split('\n');
  const isRow = (line: string | undefined) => line?.startsWith('|') ?? false;
  const headless = lines.flatMap((line, index) =>
    isRow(line) && !isRow(lines[index - 1]) && !/^\|[ :|-]+\|$/.test(lines[index + 1] ?? '')
      ? [`${file}:${index + 1}: ${line}`]
      : [],
  );
  expect(headless).toEqual([]);
});

test('the glossary has each term once, in alphabetical order', () => {
  const rows = [...readFile('docs/glossary.md').matchAll(/^\| ([^|]+) \| (?!---)/gm)].map(([, term = '']) => term);
  const terms = rows.slice(1); // without the header
  expect(terms.length).toBeGreaterThan(50);
  expect(terms).toEqual([...new Set(terms)].sort((a, b) => a.localeCompare(b, 'en')));
});

test('the documents are all in docs/README.md', () => {
  const index = readFile('docs/README.md');
  const missing = documents
    .filter((file) => file.startsWith('docs/') && file !== 'docs/README.md')
    .filter((file) => !index.includes(`](${file.replace('docs/', '')})`));
  expect(missing).toEqual([]);
});
