import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { handleKeys } from '../../../host/http/admin-keys.js';
import { DURABLE_SYSTEM_KEY, KeyStore, MASTER_KEY_NAME } from '../../../host/http/key-store.js';

let dir: string;
let keys: KeyStore;

beforeEach(() => {
  dir = mkdtempSync(path.join(tmpdir(), 'longhaul-keys-'));
  keys = KeyStore.open(dir);
});
afterEach(() => rmSync(dir, { recursive: true }));

const HOST = { kind: 'host' } as const;
const SYSTEM = { kind: 'system' } as const;
const OWN = { kind: 'function', name: 'Echo' } as const;

test('the first start creates a master key, a default key and the system key in a file with mode 0600', () => {
  const file = path.join(dir, 'keys.json');
  expect(statSync(file).mode & 0o777).toBe(0o600);
  const made = [keys.get(HOST, MASTER_KEY_NAME), keys.get(HOST, 'default'), keys.get(SYSTEM, DURABLE_SYSTEM_KEY)];
  expect(new Set(made).size).toBe(3);
  for (const key of made) expect(key).toMatch(/^[\w-]{43}$/);
});

test('keys are kept across restarts', () => {
  const before = keys.list(HOST);
  expect(KeyStore.open(dir).list(HOST)).toEqual(before);
});

test('an invalid key file stops the start', () => {
  writeFileSync(path.join(dir, 'keys.json'), '{"masterKey":""}');
  expect(() => KeyStore.open(dir)).toThrow('keys.json');
});

test('each kind of key has its level, and a function’s key is valid for that function only', () => {
  keys.set(OWN, 'mine', 'a-key-of-one-function');
  expect(keys.levelOf(keys.get(HOST, MASTER_KEY_NAME))).toBe('admin');
  expect(keys.levelOf(keys.get(SYSTEM, DURABLE_SYSTEM_KEY))).toBe('system');
  expect(keys.levelOf(keys.get(HOST, 'default'), 'other')).toBe('function');
  expect(keys.levelOf('a-key-of-one-function', 'ECHO')).toBe('function');
  expect(keys.levelOf('a-key-of-one-function', 'other')).toBe('anonymous');
  expect(keys.levelOf('a-key-of-one-function', '__proto__')).toBe('anonymous');
  expect(keys.levelOf('')).toBe('anonymous');
  expect(keys.levelOf(undefined)).toBe('anonymous');
});

test('an extension accepts its own system key and the master key', () => {
  keys.set(SYSTEM, 'other_extension', 'a-key-of-another-extension');
  expect(keys.allowsExtension(keys.get(SYSTEM, DURABLE_SYSTEM_KEY), DURABLE_SYSTEM_KEY)).toBe(true);
  expect(keys.allowsExtension(keys.get(HOST, MASTER_KEY_NAME), DURABLE_SYSTEM_KEY)).toBe(true);
  expect(keys.allowsExtension('a-key-of-another-extension', DURABLE_SYSTEM_KEY)).toBe(false);
  expect(keys.allowsExtension(keys.get(HOST, 'default'), DURABLE_SYSTEM_KEY)).toBe(false);
  expect(keys.allowsExtension(undefined, DURABLE_SYSTEM_KEY)).toBe(false);
});

test('a key is created, read, replaced, listed and deleted, and each change is stored', () => {
  const ask = (method: string, name?: string, value?: string) =>
    handleKeys(keys, {
      method,
      scope: OWN,
      path: name === undefined ? [] : [name],
      body: value === undefined ? undefined : JSON.stringify({ name, value }),
    });
  expect(ask('POST', 'mine')).toMatchObject({ status: 201, json: { name: 'mine' } });
  expect(ask('PUT', 'mine', 'a-value-of-some-length')).toMatchObject({ status: 200 });
  expect(ask('GET', 'mine')).toEqual({ status: 200, json: { name: 'mine', value: 'a-value-of-some-length' } });
  expect(ask('GET')).toEqual({ status: 200, json: { keys: [{ name: 'mine', value: 'a-value-of-some-length' }] } });
  expect(readFileSync(path.join(dir, 'keys.json'), 'utf8')).toContain('a-value-of-some-length');
  expect(ask('DELETE', 'mine')).toEqual({ status: 204 });
  expect(ask('DELETE', 'mine')).toEqual({ status: 404 });
  expect(readFileSync(path.join(dir, 'keys.json'), 'utf8')).not.toContain('a-value-of-some-length');
});

test.each([
  ['PUT', 'mine', undefined, 400],
  ['PUT', 'mine', '{"value":"short"}', 400],
  ['PUT', '../x', '{"value":"a-value-of-some-length"}', 400],
  ['GET', 'nobody', undefined, 404],
  ['PATCH', 'mine', undefined, 404],
  ['DELETE', MASTER_KEY_NAME, undefined, 403],
])('%s %s with %s is %i', (method, name, body, status) => {
  expect(handleKeys(keys, { method, scope: HOST, path: [name], body }).status).toBe(status);
});

test('the master key can be replaced', () => {
  const before = keys.get(HOST, MASTER_KEY_NAME);
  expect(handleKeys(keys, { method: 'POST', scope: HOST, path: [MASTER_KEY_NAME], body: undefined }).status).toBe(200);
  expect(keys.levelOf(before)).toBe('anonymous');
  expect(keys.levelOf(keys.get(SYSTEM, MASTER_KEY_NAME))).toBe('admin');
});
