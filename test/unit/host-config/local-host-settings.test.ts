import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { loadLocalHostSettings } from '../../../host/config/local-host-settings.js';
import { resolveOptions } from '../../../host/options.js';

let appDir: string;
beforeEach(() => {
  appDir = mkdtempSync(path.join(tmpdir(), 'longhaul-settings-'));
});
afterEach(() => rmSync(appDir, { recursive: true }));

const write = (host: unknown) =>
  writeFileSync(path.join(appDir, 'local.settings.json'), JSON.stringify({ Host: host }));

test('without a file or a section nothing is set, and the port is 7071', () => {
  expect(loadLocalHostSettings(appDir)).toEqual({});
  write(undefined);
  expect(loadLocalHostSettings(appDir)).toEqual({});
  expect(resolveOptions({ appDir }).port).toBe(7071);
});

test('LocalHttpPort is the port unless one is given', () => {
  write({ LocalHttpPort: 7099 });
  expect(resolveOptions({ appDir }).port).toBe(7099);
  expect(resolveOptions({ appDir, port: 7100 }).port).toBe(7100);
});

test('names ignore case, and origins are separated by commas', () => {
  write({ cors: 'http://A.test,,https://b.test', corscredentials: true });
  expect(loadLocalHostSettings(appDir)).toEqual({
    cors: { origins: ['http://a.test', 'https://b.test'], allowsCredentials: true },
  });
});

test.each([
  [{ LocalHttpPort: '7099' }, 'Host: localhttpport'],
  [{ LocalHttpPort: 70_000 }, 'give a number up to 65535'],
  [{ CORS: '*', CORSCredentials: true }, 'CORSCredentials needs origins'],
])('%j stops the start with a message', (section, message) => {
  write(section);
  expect(() => loadLocalHostSettings(appDir)).toThrow(message);
});
