import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ROOT } from '../../../dev/plan.js';

const CLI = path.join(ROOT, 'dist/cli');
/** Prints the help of all commands by their names. Tests cannot load it: it imports what it needs at run time. */
const PRINT_HELP = `
const pathOf = (command) => (command.parent ? pathOf(command.parent) + ' ' : '') + command.name();
const all = (command) => [command, ...command.commands.flatMap(all)];
require(${JSON.stringify(path.join(CLI, 'program.js'))}).programWith().then((program) => {
  const texts = all(program).map((command) => {
    let text = '';
    command.configureOutput({ writeOut: (part) => (text += part) });
    command.outputHelp();
    return [pathOf(command), text];
  });
  console.log(JSON.stringify(texts));
});`;

/** In zsh: tab completes, and Ctrl-T shows the line and empties it. */
const KEYS = `show() { print -r -- "<$BUFFER>"; BUFFER= }; zle -N show; bindkey '^I' complete-word '^T' show; PS1=READY`;

const printed = (...args: string[]) => execFileSync(process.execPath, args, { encoding: 'utf8' });

test('the help of each command has two examples of it', () => {
  const texts = JSON.parse(printed('-e', PRINT_HELP)) as [string, string][];
  expect(texts.length).toBeGreaterThan(25);
  const names = texts.map(([name]) => name);
  for (const [name, help] of texts) {
    const [, examples = ''] = /\nExamples:\n((?: {2}.+\n?)+)/.exec(help) ?? [];
    const lines = examples.trimEnd().split('\n');
    expect([name, lines.length]).toEqual([name, 2]);
    for (const line of lines) {
      expect(line).toContain(name);
      expect(names).toContain(/npx longhaul [\w-]+/.exec(line)?.[0]);
    }
  }
});

describe('completion', () => {
  const scriptFor = (shell: string) => printed(path.join(CLI, 'longhaul.js'), 'completion', shell);
  const forZsh = () => `autoload -Uz +X bashcompinit && bashcompinit\n${script}`;
  let script: string;
  beforeAll(() => {
    script = scriptFor('bash');
  });

  /** What bash completes for words of which the last is not finished. */
  function completed(...words: string[]): string[] {
    const input = `${script}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=$((\${#COMP_WORDS[@]} - 1)); _longhaul
printf '%s\\n' "\${COMPREPLY[@]}"`;
    const options = { input, encoding: 'utf8' } as const;
    return execFileSync('bash', ['-u'], options)
      .split('\n')
      .filter((word) => word !== '');
  }

  test.each([
    [
      ['longhaul', 'st'],
      ['start', 'status'],
    ],
    [['npx', 'longhaul', 'load'], ['load-violations']],
    [
      ['longhaul', 'books', ''],
      ['push', 'pull', 'help', '--help'],
    ],
    [['longhaul', 'books', 'push', './folder', '--ta'], ['--take-over']],
    [['longhaul', 'list', '--status', 'C'], ['Canceled']],
    [
      ['longhaul', 'completion', ''],
      ['bash', 'zsh', '--help'],
    ],
    [['longhaul', 'status', '6b1c', '--w'], ['--watch']],
    [['npx', 'jest', 'st'], []],
  ])('of %j', (words, expected) => {
    expect(completed(...words)).toEqual(expected);
  });

  test('knows the values of an option that has a list', () => {
    expect(completed('longhaul', 'serverless', 'create', 'x', '--kind', '')).toContain('plates.recognizeBatch');
  });

  const hasZsh = spawnSync('zsh', ['--version']).status === 0;
  (hasZsh ? test : test.skip)('in zsh writes what is missing', () => {
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'zsh-'));
    try {
      const lines = [
        'longhaul sta',
        'npx longhaul load',
        'longhaul books push ./folder --ta',
        'longhaul list --status C',
      ];
      fs.writeFileSync(
        path.join(dir, '.zshrc'),
        `autoload -Uz compinit; compinit -D -u; source ${dir}/script; ${KEYS}`,
      );
      fs.writeFileSync(path.join(dir, 'script'), forZsh());
      const typed = lines.map(
        (line) => `zpty -w -n z '${line}'$'\\t\\x14'; zpty -r -m z out '*<*>*'; print -r -- $out`,
      );
      const input = `zmodload zsh/zpty; zpty z zsh -i; zpty -r -m z out '*READY*'\n${typed.join('\n')}\nzpty -d z`;
      const env = { ...process.env, ZDOTDIR: dir, TERM: 'dumb' };
      const output = execFileSync('zsh', ['-f'], { input, env, encoding: 'utf8', timeout: 100_000 });
      expect([...output.matchAll(/<(.*)>/g)].map(([, text]) => text)).toEqual([
        'longhaul sta',
        'npx longhaul load-violations ',
        'longhaul books push ./folder --take-over ',
        'longhaul list --status Canceled ',
      ]);
    } finally {
      fs.rmSync(dir, { recursive: true });
    }
  });

  test('is the same for zsh, which loads the functions of bash first', () => {
    expect(scriptFor('zsh')).toBe(forZsh());
  });
});
