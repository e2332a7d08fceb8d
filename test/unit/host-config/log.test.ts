import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLog, type LogOptions } from '../../../host/log.js';

let dir: string;
let fd: number;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'longhaul-log-'));
  fd = openSync(path.join(dir, 'log'), 'w');
});
afterEach(() => {
  closeSync(fd);
  rmSync(dir, { recursive: true });
});

const create = (options: Partial<LogOptions> = {}) => createLog({ levels: {}, format: 'text', fd, ...options });
const written = () => readFileSync(path.join(dir, 'log'), 'utf8');

test('the longest prefix of a category decides its level', () => {
  const log = create({
    levels: { default: 'error', Function: 'warning', 'Function.a': 'trace', 'Function.a.User': 'none' },
  });
  const shown = (category: string) =>
    (['trace', 'debug', 'information', 'warning', 'error', 'critical'] as const).find((level) =>
      log.enabled(level, category),
    );
  expect(['Host.X', 'Function.b', 'function.a', 'Function.a.User'].map(shown)).toEqual([
    'error',
    'warning',
    'trace',
    undefined,
  ]);
});

test('an asterisk stands for any text between a prefix and a suffix', () => {
  const log = create({ levels: { Function: 'warning', 'Function.*.User': 'information' } });
  const enabled = ['Function.a', 'Function.a.User', 'function.b.user', 'Function.a.User.b'].map((category) =>
    log.enabled('information', category),
  );
  expect(enabled).toEqual([false, true, true, false]);
});

test('the default level is information', () => {
  const log = create();
  log.log('debug', 'C', 'low');
  log.log('information', 'C', 'high', { id: 1 });
  expect(written()).toMatch(/^\d\d:\d\d:\d\d\.\d{3} INF C: high \{"id":1\}\n$/);
});

test('JSON lines have level, category, time and fields', () => {
  create({ format: 'json' }).log('warning', 'C', 'text', { id: 1 });
  expect(JSON.parse(written())).toEqual({
    level: 'warning',
    time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
    category: 'C',
    id: 1,
    msg: 'text',
  });
});
