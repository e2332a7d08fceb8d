import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { handleKeys } from '../../../host/http/admin-keys.js';
import { DURABLE_SYSTEM_KEY, type KeyScope, KeyStore, MASTER_KEY_NAME } from '../../../host/http/key-store.js';

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
  const made = [keys.get(SYSTEM, MASTER_KEY_NAME), keys.get(HOST, 'default'), keys.get(SYSTEM, DURABLE_SYSTEM_KEY)];
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
  expect(keys.levelOf(keys.get(SYSTEM, MASTER_KEY_NAME))).toBe('admin');
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
  expect(keys.allowsExtension(keys.get(SYSTEM, MASTER_KEY_NAME), DURABLE_SYSTEM_KEY)).toBe(true);
  expect(keys.allowsExtension('a-key-of-another-extension', DURABLE_SYSTEM_KEY)).toBe(false);
  expect(keys.allowsExtension(keys.get(HOST, 'default'), DURABLE_SYSTEM_KEY)).toBe(false);
  expect(keys.allowsExtension(undefined, DURABLE_SYSTEM_KEY)).toBe(false);
});

const URL_OF_KEY = 'http://h.test/admin/functions/echo/keys/mine';
const links = [{ rel: 'self', href: URL_OF_KEY }];

function ask(
  scope: KeyScope,
  method: string,
  name?: string,
  body = '',
  contentType: string | undefined = 'application/json',
) {
  return handleKeys(keys, { method, scope, name, href: URL_OF_KEY, contentType, body });
}

test('a key is created, read, replaced, listed and deleted, and each change is stored', () => {
  const created = ask(OWN, 'POST', 'mine');
  expect(created).toMatchObject({ status: 201, json: { name: 'mine', links }, headers: { Location: URL_OF_KEY } });
  expect(ask(OWN, 'PUT', 'Mine', '{"value":"vvv"}')).toEqual({
    status: 200,
    json: { name: 'Mine', value: 'vvv', links },
  });
  expect(ask(OWN, 'GET', 'mine')).toEqual({ status: 404 });
  expect(ask(OWN, 'GET', 'Mine')).toEqual({ status: 200, json: { name: 'Mine', value: 'vvv', links } });
  expect(ask(OWN, 'GET')).toEqual({ status: 200, json: { keys: [{ name: 'Mine', value: 'vvv' }], links } });
  expect(readFileSync(path.join(dir, 'keys.json'), 'utf8')).toContain('"vvv"');
  expect(ask(OWN, 'DELETE', 'MINE')).toEqual({ status: 204 });
  expect(ask(OWN, 'DELETE', 'mine')).toEqual({ status: 404 });
  expect(readFileSync(path.join(dir, 'keys.json'), 'utf8')).not.toContain('"vvv"');
});

test('a function whose keys are read without having any gets a default key', () => {
  const made = { keys: [{ name: 'default', value: expect.any(String) as string }], links };
  expect(ask(OWN, 'GET')).toEqual({ status: 200, json: made });
  expect(keys.levelOf('wrong', 'other')).toBe('anonymous');
  expect(keys.set({ kind: 'function', name: 'other' }, 'mine', 'x')).toBe(true);
  expect(Object.keys(keys.list({ kind: 'function', name: 'Other' }))).toEqual(['default', 'mine']);
});

test.each([
  ['{"value":5}', 'application/json', 201],
  ['{"VALUE":"a b"}', 'text/json; charset=utf-8', 201],
  ['{"value":""}', 'application/x+json', 201],
  ['{"value":"x"}', '', 415],
  ['{"value":"x"}', 'text/plain', 415],
  ['<value/>', 'application/xml', 400],
  ['{"value":null}', 'application/json', 400],
  ['{"value":{}}', 'application/json', 400],
  ['[]', 'application/json', 400],
  ['no JSON', 'application/json', 400],
])('a key is set with %s of the type "%s": %i', (body, contentType, status) => {
  const response = ask(HOST, 'PUT', 'mine', body, contentType);
  expect(response.status).toBe(status);
  expect(response.text).toBe(status === 400 ? 'Invalid key value' : undefined);
});

test('the master key can be replaced but not deleted, and is read among the system keys only', () => {
  const before = keys.get(SYSTEM, MASTER_KEY_NAME);
  expect(ask(HOST, 'POST', MASTER_KEY_NAME).status).toBe(201);
  expect(keys.levelOf(before)).toBe('anonymous');
  expect(ask(SYSTEM, 'PUT', MASTER_KEY_NAME, '{"value":"m"}').status).toBe(200);
  expect(keys.levelOf('m')).toBe('admin');
  expect(ask(HOST, 'GET', MASTER_KEY_NAME).status).toBe(404);
  expect(ask(SYSTEM, 'GET', MASTER_KEY_NAME).json).toMatchObject({ value: 'm' });
  expect(ask(HOST, 'DELETE', '_MASTER')).toEqual({ status: 400, text: 'Cannot delete System Key.' });
});
