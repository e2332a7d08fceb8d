import { isReadable, textMember } from './admin-body.js';
import { generateKey, isMasterKey, type KeyScope, type KeyStore } from './key-store.js';

/** A request for key management. */
interface KeyRequest {
  method: string;
  scope: KeyScope;
  /** The key's name; undefined for all keys. */
  name: string | undefined;
  /** URL of the request without its query. */
  href: string;
  contentType: string | undefined;
  body: string;
}

/** The response to a KeyRequest. */
interface KeyResponse {
  status: number;
  json?: unknown;
  text?: string;
  headers?: Record<string, string>;
}

const NOT_FOUND: KeyResponse = { status: 404 };

/** Key management (KeysController.cs): list, read, generate (POST), set (PUT), delete. */
export function handleKeys(keys: KeyStore, request: KeyRequest): KeyResponse {
  const { method, scope, name, href, contentType, body } = request;
  if (name === undefined) return found({ keys: listOf(keys, scope) }, href);
  switch (method) {
    case 'POST':
      return store(keys, request, name, generateKey());
    case 'PUT': {
      if (!isReadable(contentType)) return { status: 415 };
      const value = textMember(body, 'value') ?? undefined;
      return value === undefined ? refused('Invalid key value') : store(keys, request, name, value);
    }
    case 'DELETE':
      if (isMasterKey(name)) return refused('Cannot delete System Key.');
      return keys.delete(scope, name) ? { status: 204 } : NOT_FOUND;
    default: {
      const value = keys.get(scope, name);
      return value === undefined ? NOT_FOUND : found({ name, value }, href);
    }
  }
}

function listOf(keys: KeyStore, scope: KeyScope) {
  return Object.entries(keys.list(scope)).map(([name, value]) => ({ name, value }));
}

/** A generated key is 201 when it is new, and always for the master key. */
function store(keys: KeyStore, { method, scope, href }: KeyRequest, name: string, value: string): KeyResponse {
  const isNew = keys.set(scope, name, value);
  const isMaster = scope.kind !== 'function' && isMasterKey(name);
  const response = found({ name, value }, href);
  if (!isNew && !(isMaster && method === 'POST')) return response;
  return { ...response, status: 201, headers: { Location: href.replace(/[^\x20-\x7e]/gu, encodeURIComponent) } };
}

function found(content: Record<string, unknown>, href: string): KeyResponse {
  return { status: 200, json: { ...content, links: [{ rel: 'self', href }] } };
}

function refused(text: string): KeyResponse {
  return { status: 400, text };
}
