import { type HostFunction, type InvocationRequest, type TypedData } from '../contracts.js';
import { jsonIn } from './json.js';

/** The values that binding expressions can refer to in one invocation. Names ignore case. */
export interface BindingData {
  /** @param path a name, or a path to a member such as `order.id` */
  get(path: string): unknown;
  names(): string[];
}

type Entries = Iterable<[string, unknown]>;

/**
 * Collects the values in the order of the genuine host; later ones replace earlier ones. For HTTP: the members of the
 * JSON body, the query, the route. For other triggers: the metadata, the members of the JSON data.
 */
export function bindingData(
  fn: HostFunction,
  { triggerData = {}, triggerMetadata = {} }: InvocationRequest,
): BindingData {
  const metadata = Object.entries(triggerMetadata).map(([name, value]): [string, unknown] => [name, plain(value)]);
  const { http } = triggerData as { http?: HttpData };
  const sources: Entries[] = http === undefined ? [metadata, members(triggerData)] : [...ofRequest(http), metadata];
  const values = new Map<string, { name: string; value: unknown }>();
  for (const entries of sources) {
    for (const [name, value] of entries) {
      if (value !== undefined && value !== null) values.set(name.toLowerCase(), { name, value });
    }
  }
  values.set('sys', { name: 'sys', value: { methodName: fn.name } });
  return {
    get: (path) => {
      const [first = '', ...rest] = path.split('.');
      return rest.reduce(member, values.get(first.toLowerCase())?.value);
    },
    names: () => [...values.values()].map(({ name }) => name),
  };
}

interface HttpData {
  headers?: Record<string, string>;
  query?: Record<string, string>;
  params?: Record<string, string>;
  body?: { bytes?: Uint8Array };
}

function ofRequest({ headers = {}, query = {}, params = {}, body }: HttpData): Entries[] {
  const parts: Entries = [
    ['headers', headers],
    ['query', query],
  ];
  return [members({ bytes: body?.bytes }), parts, Object.entries(query), Object.entries(params)];
}

/** The members of a JSON object; none for other data. */
function members({ string, json, bytes }: TypedData): Entries {
  const text = string ?? json ?? (bytes && Buffer.from(bytes).toString('utf8'));
  const value = text?.trimStart().startsWith('{') === true ? jsonIn(text) : undefined;
  return Object.entries(Object(value) as Record<string, unknown>).filter(([, member]) => !Array.isArray(member));
}

function plain({ string, json, int, double }: TypedData): unknown {
  if (json !== undefined) return jsonIn(json);
  if (string === undefined) return int ?? double;
  // The durable extension writes an instance's id as JSON (host contract, 7).
  return string.startsWith('"') ? (jsonIn(string) ?? string) : string;
}

function member(value: unknown, name: string): unknown {
  const folded = name.toLowerCase();
  return Object.entries(Object(value) as Record<string, unknown>).find(([key]) => key.toLowerCase() === folded)?.[1];
}
