import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { ROOT } from '../../dev/plan.js';

/** A piece of text and the line that it begins on. */
export interface Passage {
  line: number;
  text: string;
}

/** Every file that git would commit: tracked and new ones, without ignored ones. Paths from the root. */
export function repositoryFiles(): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '-z'];
  const files = execFileSync('git', list, { cwd: ROOT, encoding: 'utf8' }).split('\0');
  return files.filter((file) => file !== '' && fs.existsSync(path.join(ROOT, file)));
}

export function readFile(file: string): string {
  return fs.readFileSync(path.join(ROOT, file), 'utf8');
}

/** The comments of a source file, each as one line of text. Consecutive `//` or `#` lines are one comment. */
export function commentsOf(file: string, text = readFile(file)): Passage[] {
  const isScript = /\.(ts|js|mjs|cjs)$/.test(file);
  const ranges = isScript ? scriptComments(file, text) : hashComments(text);
  let line = 1;
  let counted = 0;
  return joined(ranges, text).map(({ pos, end }) => {
    line += text.slice(counted, pos).split('\n').length - 1;
    counted = pos;
    const lines = text
      .slice(pos, end)
      .split('\n')
      .map((each) => each.replace(/^\s*(\/\*\*?|\*(?!\/)|\/\/|#)?\s?/, '').replace(/\s*\*\/$/, ''));
    return { line, text: lines.join(' ').trim() };
  });
}

type Range = Pick<ts.TextRange, 'pos' | 'end'>;

/** The parser knows the strings, templates and regular expressions, in which nothing is a comment. */
function scriptComments(file: string, text: string): Range[] {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest);
  const literals = new Map<number, number>();
  const visit = (node: ts.Node): void => {
    if (ts.isLiteralExpression(node) || ts.isTemplateMiddleOrTemplateTail(node) || ts.isTemplateHead(node)) {
      literals.set(node.getStart(source), node.end);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const ranges: Range[] = [];
  for (let pos = 0; pos < text.length;) {
    const comment = /^(?:\/\*[^]*?\*\/|\/\/.*)/.exec(text[pos] === '/' ? text.slice(pos) : '')?.[0];
    const end = literals.get(pos) ?? pos + (comment?.length ?? 1);
    if (comment !== undefined && !literals.has(pos)) ranges.push({ pos, end });
    pos = Math.max(end, pos + 1);
  }
  return ranges;
}

function hashComments(text: string): Range[] {
  return [...text.matchAll(/(?<=^|\s)#.*/gm)].map(({ 0: match, index }) => ({ pos: index, end: index + match.length }));
}

/** Comments with nothing but one line break between them become one, unless they are blocks. */
function joined(ranges: readonly Range[], text: string): Range[] {
  const all: Range[] = [];
  for (const range of ranges) {
    const last = all.at(-1);
    const isNext = last && /^[ \t]*\n[ \t]*$/.test(text.slice(last.end, range.pos));
    if (isNext && !text.startsWith('/*', last.pos) && !text.startsWith('/*', range.pos)) {
      all[all.length - 1] = { pos: last.pos, end: range.end };
    } else all.push(range);
  }
  return all;
}

/** The paragraphs, list items and table rows of a Markdown file, each as one line, without code blocks. */
export function passagesOf(markdown: string): Passage[] {
  const passages: Passage[] = [];
  let current: Passage | undefined;
  for (const { line, text } of proseLines(markdown)) {
    const begins = /^\s*([-*+]|\d+\.)\s|^\s*[|#>]/.test(text);
    if (text.trim() === '') current = undefined;
    else if (current && !begins) current.text += ` ${text.trim()}`;
    else passages.push((current = { line, text: text.trim() }));
    if (/^\s*[|#]/.test(text)) current = undefined;
  }
  return passages;
}

interface Heading {
  level: number;
  text: string;
  /** The anchor that GitHub gives it. */
  slug: string;
  /** What stands under it, up to the next heading of any level. */
  body: string;
}

export function headingsOf(markdown: string): Heading[] {
  const headings: Heading[] = [];
  const seen = new Map<string, number>();
  for (const { text } of proseLines(markdown)) {
    const [, marks, title] = /^(#{1,6})\s+(.*?)\s*#*$/.exec(text) ?? [];
    const last = headings.at(-1);
    if (marks === undefined || title === undefined) {
      if (last) last.body += `${text}\n`;
      continue;
    }
    const plain = title.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '');
    const base = plain
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, '')
      .replaceAll(' ', '-');
    const before = seen.get(base) ?? 0;
    seen.set(base, before + 1);
    headings.push({ level: marks.length, text: plain, slug: before === 0 ? base : `${base}-${before}`, body: '' });
  }
  return headings;
}

/** The lines of a Markdown file that are not in a code block. */
function proseLines(markdown: string): Passage[] {
  let fence: string | undefined;
  return markdown.split('\n').flatMap((text, index) => {
    const mark = /^\s*(```+|~~~+)/.exec(text)?.[1];
    if (fence !== undefined) {
      if (mark?.startsWith(fence)) fence = undefined;
      return [];
    }
    fence = mark;
    return mark === undefined ? [{ line: index + 1, text }] : [];
  });
}
