import { z } from 'zod';
import { generateKey, type KeyScope, type KeyStore, MASTER_KEY_NAME } from './key-store.js';

/** A request for key management. */
interface KeyRequest {
  method: string;
  scope: KeyScope;
  /** The path segments after the scope: none, or a key's name. */
  path: readonly string[];
  body: string | undefined;
}

/** The response to a KeyRequest. */
interface KeyResponse {
  status: number;
  json?: unknown;
}

const keyName = z.string().regex(/^[\w.-]{1,127}$/);
const keyBody = z.object({ value: z.string().min(16).max(512) });

/** Key management (host contract, 3.2): list, read, generate (POST), set (PUT), delete. */
export function handleKeys(keys: KeyStore, { method, scope, path, body }: KeyRequest): KeyResponse {
  const [name, ...rest] = path;
  if (rest.length > 0) return { status: 404 };
  if (name === undefined) return method === 'GET' ? { status: 200, json: listOf(keys, scope) } : { status: 404 };
  if (!keyName.safeParse(name).success) return { status: method === 'GET' ? 404 : 400 };
  switch (method) {
    case 'GET':
      return read(keys, scope, name);
    case 'POST':
      return store(keys, scope, name, generateKey());
    case 'PUT': {
      const value = valueIn(body);
      return value === undefined ? { status: 400 } : store(keys, scope, name, value);
    }
    case 'DELETE':
      return remove(keys, scope, name);
    default:
      return { status: 404 };
  }
}

function listOf(keys: KeyStore, scope: KeyScope) {
  return { keys: Object.entries(keys.list(scope)).map(([name, value]) => ({ name, value })) };
}

function read(keys: KeyStore, scope: KeyScope, name: string): KeyResponse {
  const value = keys.get(scope, name);
  return value === undefined ? { status: 404 } : { status: 200, json: { name, value } };
}

function store(keys: KeyStore, scope: KeyScope, name: string, value: string): KeyResponse {
  const status = keys.get(scope, name) === undefined ? 201 : 200;
  keys.set(scope, name, value);
  return { status, json: { name, value } };
}

/** The master key can be changed but not deleted, because it is needed to create keys. */
function remove(keys: KeyStore, scope: KeyScope, name: string): KeyResponse {
  if (keys.get(scope, name) === undefined) return { status: 404 };
  if (scope.kind !== 'function' && name === MASTER_KEY_NAME) return { status: 403 };
  keys.delete(scope, name);
  return { status: 204 };
}

function valueIn(body: string | undefined): string | undefined {
  try {
    return keyBody.parse(JSON.parse(body ?? '')).value;
  } catch {
    return undefined; // the caller answers 400
  }
}
