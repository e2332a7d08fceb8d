import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { hostArgs } from './host-args.js';
import { type HostProcess, startHost } from './host-process.js';
import { type FixtureName, isByUrl, type OtherHost, otherHostOf } from './other-host.js';
import { startStorage, type Storage, storageOf } from './storage.js';
import { createTempApp, type TempApp } from './temp-app.js';

/**
 * The apps of the conformance suite and the hosts that serve them.
 *
 * 1. Without settings for another host (other-host.ts) every test runs, on hosts that its file starts.
 * 2. With such a setting, tests of that fixture run against it, and every other test is skipped individually, so that it
 *    is in the report. No host is started.
 * 3. A test that runs by URL creates names with `fresh`: it does not depend on earlier runs. It uses the host over HTTP
 *    only: reading the log or the process of another host throws.
 */

const ROOT = path.resolve(__dirname, '../../..');

const FIXTURES: Record<FixtureName, { folder: string; env?: Record<string, string> }> = {
  durable: { folder: 'fixture-app' },
  http: { folder: 'fixture-http' },
  stream: { folder: 'fixture-http', env: { STREAM: '1' } },
  storage: { folder: 'fixture-storage' },
  requests: { folder: 'fixture-requests' },
  requestStreams: { folder: 'fixture-requests', env: { STREAM: '1' } },
  blobs: { folder: 'fixture-blobs' },
  waits: { folder: 'fixture-waits' },
  entities: { folder: 'fixture-entities' },
  values: { folder: 'fixture-values' },
};

/** Folders of the fixtures, each an app that any Functions host can start in place. */
export const fixtureFolders = [...new Set(Object.values(FIXTURES).map(({ folder }) => folder))].map((folder) =>
  path.join(ROOT, 'test/conformance', folder),
);

/** Queues that tests empty, and the queues that feed them. */
const STORAGE_QUEUES = [
  'work',
  'seen',
  'returned',
  'from-activity',
  'failing',
  'failing-poison',
  'second',
  'second-done',
];

const when = (runs: boolean) => (runs ? test : test.skip);
const seenAt = (name: FixtureName, suffices: (host: OtherHost) => boolean = () => true) => {
  const other = otherHostOf(name);
  return when(!isByUrl || (other !== undefined && hostArgs.length === 0 && suffices(other)));
};

/** Needs the host's own process, log, files or options. */
export const testHere = when(!isByUrl);
export const testDurable = seenAt('durable');
export const testHttp = seenAt('http');
export const testStream = seenAt('stream');
export const testStorage = seenAt('storage');
export const testRequests = seenAt('requests');
export const testRequestStreams = seenAt('requestStreams');
export const testBlobs = seenAt('blobs');
export const testWaits = seenAt('waits');
export const testEntities = seenAt('entities');
export const testValues = seenAt('values');
/** Needs an HTTP fixture that requires keys, and all kinds of keys. */
export const testKeys = seenAt('http', (host) => [host.masterKey, host.functionKey, host.systemKey].every(Boolean));

const RUN = randomUUID().slice(0, 8);
let made = 0;

/** A name that no other test and no other run uses: letters, digits and dashes, with `name` at its start. */
export const fresh = (name: string): string => `${name}-${RUN}-${++made}`;

/** A copy of a fixture for additional hosts; `more` overrides the fixture's host.json. */
export async function fixtureApp(name: FixtureName, more: HostJson = {}): Promise<TempApp> {
  const folder = path.join(ROOT, 'test/conformance', FIXTURES[name].folder);
  const read = (file: string) => JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as unknown;
  const { main } = read('package.json') as { main: string };
  const hostJson = read('host.json') as HostJson;
  const { Values } = read('local.settings.json') as { Values: Record<string, string> };
  const extensions = { ...hostJson.extensions };
  for (const [key, settings] of Object.entries(more.extensions ?? {}))
    extensions[key] = { ...extensions[key], ...settings };
  return createTempApp({
    main: path.resolve(folder, main),
    hostJson: { ...hostJson, ...more, extensions },
    settings: { ...Values, ...FIXTURES[name].env },
  });
}

export interface HostJson {
  functionTimeout?: string;
  extensions?: Record<string, Record<string, unknown>>;
}

/** A host for a fixture: the one in the settings, else a new one that serves `app`. */
export async function startHostOf(
  name: FixtureName,
  app?: TempApp,
  env: Record<string, string> = {},
  args: readonly string[] = [],
): Promise<HostProcess> {
  const other = otherHostOf(name);
  if (other) return otherHost(other.url);
  const { dir, stateDir } = app ?? (await fixtureApp(name));
  return startHost({ app: dir, stateDir, env, args: [...hostArgs, ...args] });
}

/** Storage for the storage fixture: a new one, or that of the other host with its queues emptied. */
export async function fixtureStorage(): Promise<Storage> {
  const connection = otherHostOf('storage')?.storage;
  if (connection === undefined) return startStorage();
  const storage = storageOf(connection);
  await storage.clear(...STORAGE_QUEUES);
  return storage;
}

/** A host that keeps running and is used over HTTP only. */
function otherHost(url: string): HostProcess {
  const unseen = (): never => {
    throw new Error('This test needs a host of its own: make it a testHere.');
  };
  return { url, pid: 0, kill: unseen, stop: () => Promise.resolve(), stderr: unseen, logged: unseen };
}
