import path from 'node:path';
import {
  commentsOf,
  headingsOf,
  passagesOf,
  readFile,
  repositoryFiles,
  type Passage,
} from '../../support/documents.js';

const files = repositoryFiles();
const known = new Set(files);
const documents = files.filter((file) => file.endsWith('.md'));
const sources = files.filter((file) => /\.(ts|cjs|mjs|js|sh|ya?ml)$|^\.ci\/run$/.test(file));
const HOST_CONTRACT = 'docs/host-contract.md';

/** Every place of the given passages at which a reference leads nowhere: `file:line: what`. */
function dead(
  all: readonly string[],
  passages: (file: string) => readonly Passage[],
  check: (text: string, file: string) => readonly string[],
): string[] {
  return all.flatMap((file) =>
    passages(file).flatMap(({ line, text }) => check(text, file).map((what) => `${file}:${line}: ${what}`)),
  );
}

const prose = (file: string) => passagesOf(readFile(file));
const commentsByFile = new Map(sources.map((file) => [file, commentsOf(file)]));
const comments = (file: string) => commentsByFile.get(file) ?? [];

/** The file that a document or comment of `from` means by a path: from the root, or beside itself. */
function resolve(target: string, from: string): string | undefined {
  const places = [target, path.posix.join(path.posix.dirname(from), target)].map((place) =>
    path.posix.normalize(place),
  );
  return places.find((place) => known.has(place));
}

const isFolder = (place: string) => files.some((file) => file.startsWith(`${place.replace(/\/$/, '')}/`));

const slugs = new Map(documents.map((file) => [file, new Set(headingsOf(readFile(file)).map(({ slug }) => slug))]));

describe('documents', () => {
  test('every link leads to a file and a heading that exist', () => {
    const check = (text: string, file: string) => {
      const links = text.replace(/`[^`]*`/g, '').matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g);
      return [...links].map(([, target = '']) => target).filter((target) => !isAlive(target, file));
    };
    const isAlive = (target: string, file: string) => {
      if (/^[a-z][a-z+.-]*:/i.test(target)) return true;
      const [place = '', anchor] = target.split('#', 2);
      const to = place === '' ? file : path.posix.normalize(path.posix.join(path.posix.dirname(file), place));
      if (anchor !== undefined) return slugs.get(to)?.has(anchor) ?? false;
      return known.has(to) || isFolder(to);
    };
    expect(dead(documents, prose, check)).toEqual([]);
  });

  test('every document and source file that a document names exists', () => {
    const check = (text: string, file: string) => [...deadDocuments(text, file), ...deadSources(text, file)];
    // The host contract names files of other repositories.
    const own = documents.filter((file) => file !== HOST_CONTRACT);
    expect(dead(own, prose, check)).toEqual([]);
  });

  test('every numbered rule of a source file that a document names exists', () => {
    expect(dead(documents, prose, deadRulesElsewhere)).toEqual([]);
  });
});

describe('comments', () => {
  test('every document that a comment names exists', () => {
    expect(dead(sources, comments, deadDocuments)).toEqual([]);
  });

  test('every document that another text of the sources names exists', () => {
    const check = (text: string) =>
      [...text.matchAll(/(?<![\w./-])docs\/[\w./-]+\.md\b/g)].map(([name]) => name).filter((name) => !known.has(name));
    expect(dead([...sources, ...files.filter(isJson)], whole, check)).toEqual([]);
  });

  test('every section of a document that a comment quotes exists', () => {
    const check = (text: string, file: string) =>
      [...text.matchAll(/([\w./-]+\.md), "([^"]+)"/g)]
        .filter(([, name = '', title = '']) => !quotes(resolve(name, file), title))
        .map(([whole]) => whole);
    const quotes = (document: string | undefined, title: string) =>
      document !== undefined && headingsOf(readFile(document)).some(({ text }) => text === title);
    expect(dead(sources, comments, check)).toEqual([]);
  });

  test('every source file that a comment names exists', () => {
    expect(dead(sources, comments, deadSources)).toEqual([]);
  });

  test('every section of the host contract that a comment names exists', () => {
    const check = (text: string, file: string) =>
      sectionsIn(text, file).filter((section) => !contractSections.has(section));
    expect(dead([...sources, ...documents], (file) => [...commentsOrProse(file)], check)).toEqual([]);
  });

  test('every numbered rule that a comment names exists', () => {
    expect(dead(sources, comments, deadRules)).toEqual([]);
  });
});

const isJson = (file: string) => file.endsWith('.json') && !file.endsWith('package-lock.json');
const whole = (file: string): Passage[] => [{ line: 1, text: readFile(file) }];
const commentsOrProse = (file: string) => (file.endsWith('.md') ? prose(file) : comments(file));

/** Names such as `docs/errors.md`; those in URLs and in packages belong to others. */
function deadDocuments(text: string, file: string): string[] {
  const names = [...withoutUrls(text).matchAll(/(?<![\w./-])[\w./-]*[\w-]\.md\b/g)].map(([name]) => name);
  return names.filter((name) => resolve(name, file) === undefined);
}

/** Names such as `records.ts` and `host/durable/index.ts`: some file of the repository ends with them. */
function deadSources(text: string, file: string): string[] {
  const names = [...withoutUrls(text).matchAll(/(?<![\w./@*{}-])[\w./-]*[\w-]\.(?:ts|cjs|mjs)\b/g)].map(
    ([name]) => name,
  );
  return names.filter((name) => resolve(name, file) === undefined && filesNamed(name).length === 0);
}

function filesNamed(name: string): string[] {
  const end = name.replace(/^(\.\.?\/)+/, '');
  return files.filter((file) => file === end || file.endsWith(`/${end}`));
}

const withoutUrls = (text: string) => text.replace(/https?:\/\/\S+/g, '');

/** Sections of the host contract, and the items of their numbered lists: `6.7`, `6.7 rule 3`, `11.6`. */
const contractSections = new Set(
  headingsOf(readFile(HOST_CONTRACT)).flatMap(({ text, body }) => {
    const section = /^(\d+(?:\.\d+)*)\.? /.exec(text)?.[1];
    if (section === undefined) return [];
    const items = [...body.matchAll(/^(\d+)\. /gm)].map(([, item]) => item);
    return [section, ...items.flatMap((item) => [`${section} rule ${item}`, `${section}.${item}`])];
  }),
);

const ITEM = String.raw`(?:,? (?:rule|step)s? \d+(?: (?:to|and) \d+)?)?`;
const SECTION = String.raw`\d+(?:\.\d+)*${ITEM}`;
const BY_NAME = new RegExp(String.raw`host contract, (${SECTION}(?:(?:, and |, | and | to )${SECTION})*)`, 'gi');
const IN_BRACKETS = new RegExp(String.raw`\((\d+(?:\.\d+)+${ITEM}(?:(?:, | and | to )${SECTION})*)\)`, 'g');

/** What a text names of the host contract; files of the host also write the number alone: `(6.7 rule 7)`. */
function sectionsIn(text: string, file: string): string[] {
  const lists = [...text.matchAll(BY_NAME), ...(/^host\/.*\.ts$/.test(file) ? text.matchAll(IN_BRACKETS) : [])];
  return [...new Set(lists.map(([, list = '']) => list))].flatMap((list) =>
    [...list.matchAll(new RegExp(SECTION, 'g'))].flatMap(([one]) => {
      const [, section = '', from, to] =
        /^([\d.]+)(?:,? (?:rule|step)s? (\d+)(?: (?:to|and) (\d+))?)?$/.exec(one) ?? [];
      return from === undefined ? [section] : [...new Set([from, to ?? from])].map((item) => `${section} rule ${item}`);
    }),
  );
}

/** Rules of a file are numbered in a comment, one to a line: `R1. The record …` or `R1 The record …`. */
function rulesOf(file: string): ReadonlySet<string | undefined> {
  const rules =
    rulesByFile.get(file) ??
    new Set([...readFile(file).matchAll(/^\s*\* ([A-Z]\d{1,2})\.? /gm)].map(([, rule]) => rule));
  rulesByFile.set(file, rules);
  return rules;
}
const rulesByFile = new Map<string, ReadonlySet<string | undefined>>();

/** What looks like a rule and is none: the JavaScript engine, and the schemas of the durable library. */
const NO_RULES = ['V8', 'V1', 'V2', 'V3', 'V4'];

/** Rules that a comment of a file names: its own, or those of another file. */
function deadRules(text: string, file: string): string[] {
  const own = rulesOf(file);
  const bare = rulesIn(text).filter(({ rule, of }) => of === undefined && !own.has(rule) && !NO_RULES.includes(rule));
  return [...bare.map(({ rule }) => rule), ...deadRulesElsewhere(text)];
}

/** Rules that a text names together with their file. */
function deadRulesElsewhere(text: string): string[] {
  return rulesIn(text.replaceAll('`', ''))
    .filter(({ rule, of }) => of !== undefined && !filesNamed(of).some((name) => rulesOf(name).has(rule)))
    .map(({ rule }) => rule);
}

const SOURCE = String.raw`([\w./-]+\.(?:ts|cjs|mjs))`;
const OTHER_RULES = String.raw`[A-Z]\d{1,2}(?:, | and | to )`;
const FILE_BEFORE = new RegExp(`${SOURCE}, (?:${OTHER_RULES})*$`);
const FILE_AFTER = new RegExp(String.raw`^(?:(?:, | and | to )[A-Z]\d{1,2})* of ${SOURCE}`);

/** `R3`, and with its file `R3 and R4 of records.ts`, `records.ts, R3`. */
function rulesIn(text: string): { rule: string; of: string | undefined }[] {
  const plain = withoutUrls(text);
  return [...plain.matchAll(/(?<![\w'"`#/])([A-Z]\d{1,2})\b(?!['"`\w])/g)].map(({ 1: rule = '', index }) => ({
    rule,
    of: FILE_AFTER.exec(plain.slice(index + rule.length))?.[1] ?? FILE_BEFORE.exec(plain.slice(0, index))?.[1],
  }));
}

test('a comment is one line of text, and what only looks like one is none', () => {
  const text =
    "/** One (turn.ts,\n * rule). */\nconst url = ['http://x', 'dist/*.js', `//`, /[/]*a/];\n// two\n// lines\n";
  expect(commentsOf('a.ts', text)).toEqual([
    { line: 1, text: 'One (turn.ts, rule).' },
    { line: 4, text: 'two lines' },
  ]);
});

test.each([
  ['host/none.md and none.md', 'src/a.ts', deadDocuments, ['host/none.md', 'none.md']],
  ['docs/errors.md, https://x.test/none.md', 'src/a.ts', deadDocuments, []],
  ['errors.md, contracts/plates.md', 'docs/README.md', deadDocuments, []],
  ['none.ts and operations/records.ts', 'src/a.ts', deadSources, ['none.ts']],
  ['Q99 of records.ts, R1 and Q98 of records.ts, records.ts, R2', 'src/platform/storage.ts', deadRules, ['Q99', 'Q98']],
  ['R1 (V8)', 'src/operations/records.ts', deadRules, []],
  ['(`operations/records.ts`, R1 to R99; R98)', 'docs/operations.md', deadRulesElsewhere, ['R99']],
])('of "%s" in %s the dead references are found', (text, file, check, expected) => {
  expect(check(text, file)).toEqual(expected);
});

test.each([
  ['(host contract, 6.7 rule 3)', ['6.7 rule 3']],
  ['Host contract, 2.5 to 2.10, 3.1 and 2.3, steps 2 to 7.', ['2.5', '2.10', '3.1', '2.3 rule 2', '2.3 rule 7']],
  ['two numbers (6.7 rule 7), `@azure/functions` 4.16', ['6.7 rule 7']],
])('"%s" names sections of the host contract', (text, expected) => {
  expect(sectionsIn(text, 'host/a.ts')).toEqual(expected);
  expect(expected.filter((section) => !contractSections.has(section))).toEqual([]);
});
