/** Settings for another host in the conformance suite, and its keys (docs/development.md). */

/** An app of the suite; `stream` is the `http` one with the setting STREAM. */
export type FixtureName = 'durable' | 'http' | 'stream' | 'storage' | 'values';

const PREFIXES: Record<FixtureName, string> = {
  durable: 'CONFORMANCE',
  http: 'CONFORMANCE_HTTP',
  stream: 'CONFORMANCE_STREAM',
  storage: 'CONFORMANCE_STORAGE',
  values: 'CONFORMANCE_VALUES',
};

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
    const host = read(PREFIXES[name]);
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
function read(prefix: string): OtherHost | undefined {
  const setting = (what: string) => process.env[`${prefix}_${what}`];
  const url = setting('URL');
  if (url === undefined) return undefined;
  if (!/^http:\/\/[^/?#]+\/*$/.test(url))
    throw new Error(`${prefix}_URL must be like http://127.0.0.1:7071, and is ${url}.`);
  const storage = setting('CONNECTION');
  if (prefix === PREFIXES.storage && storage === undefined)
    throw new Error(`${prefix}_CONNECTION is not set: the connection string of the storage that ${url} uses.`);
  return {
    url: url.replace(/\/+$/, ''),
    masterKey: setting('MASTER_KEY'),
    functionKey: setting('FUNCTION_KEY'),
    systemKey: setting('SYSTEM_KEY'),
    storage,
  };
}
