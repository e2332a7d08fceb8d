/** Settings for another host in the conformance suite, and its keys (docs/development.md). */

/** The apps of the suite; `stream` and `requestStreams` are `http` and `requests` with the setting STREAM. */
const PREFIXES = {
  durable: 'CONFORMANCE',
  http: 'CONFORMANCE_HTTP',
  stream: 'CONFORMANCE_STREAM',
  storage: 'CONFORMANCE_STORAGE',
  requests: 'CONFORMANCE_REQUESTS',
  requestStreams: 'CONFORMANCE_REQUEST_STREAMS',
  blobs: 'CONFORMANCE_BLOBS',
  waits: 'CONFORMANCE_WAITS',
  entities: 'CONFORMANCE_ENTITIES',
  values: 'CONFORMANCE_VALUES',
} as const;
export type FixtureName = keyof typeof PREFIXES;

export interface OtherHost {
  /** Without a trailing slash. */
  readonly url: string;
  readonly masterKey?: string | undefined;
  readonly functionKey?: string | undefined;
  /** The key of the durable webhooks. */
  readonly systemKey?: string | undefined;
  /** Connection string of the storage that its functions use. */
  readonly storage?: string | undefined;
}

const others = new Map(
  (Object.keys(PREFIXES) as FixtureName[]).flatMap((name): [FixtureName, OtherHost][] => {
    const host = read(name);
    return host ? [[name, host]] : [];
  }),
);

/** The host for a fixture, if the settings name one. */
export const otherHostOf = (name: FixtureName): OtherHost | undefined => others.get(name);

/** Whether the settings name any host: then no host is started. */
export const isByUrl = others.size > 0;

/** The header for the host's own endpoints, if the settings contain its master key. */
export function masterKeyFor(url: string): Record<string, string> {
  const key = [...others.values()].find((other) => other.url === url)?.masterKey;
  return key === undefined ? {} : { 'x-functions-key': key };
}

/** @throws Error that names the invalid or missing setting */
function read(name: FixtureName): OtherHost | undefined {
  const prefix = PREFIXES[name];
  const setting = (what: string) => process.env[`${prefix}_${what}`];
  const url = setting('URL');
  if (url === undefined) return undefined;
  if (!/^http:\/\/[^/?#]+\/*$/.test(url))
    throw new Error(`${prefix}_URL must be like http://127.0.0.1:7071, and is ${url}.`);
  const storage = setting('CONNECTION');
  if (['storage', 'blobs'].includes(name) && storage === undefined)
    throw new Error(`${prefix}_CONNECTION is not set: the connection string of the storage that ${url} uses.`);
  return {
    url: url.replace(/\/+$/, ''),
    masterKey: setting('MASTER_KEY'),
    functionKey: setting('FUNCTION_KEY'),
    systemKey: setting('SYSTEM_KEY'),
    storage,
  };
}
