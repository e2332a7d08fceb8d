import { type IncomingMessage } from 'node:http';
import { type Binding } from '../contracts.js';
import { type Target } from './request-target.js';
import { type AccessLevel, type KeyStore } from './key-store.js';

/** Authorization of requests (host contract, 3.2). */
export interface Access {
  allowsFunction(request: IncomingMessage, target: Target, fn: { name: string; trigger: Binding }): boolean;
  allowsExtension(request: IncomingMessage, target: Target, keyName: string): boolean;
  isAdmin(request: IncomingMessage, target: Target): boolean;
  /** Whether the request may call disabled functions: only with the master key. */
  opensDisabled(request: IncomingMessage, target: Target): boolean;
}

/** Without `--auth`, as in local development: no key is required. */
export const openAccess: Access = {
  allowsFunction: () => true,
  allowsExtension: () => true,
  isAdmin: () => true,
  opensDisabled: () => false,
};

/** With `--auth`: requests need a key of the required level. */
export function keyAccess(keys: KeyStore): Access {
  const isAdmin = (request: IncomingMessage, target: Target) => keys.levelOf(presentedKey(request, target)) === 'admin';
  return {
    isAdmin,
    opensDisabled: isAdmin,
    allowsFunction: (request, target, { name, trigger }) => {
      const required = requiredLevel(trigger);
      if (required === 'anonymous') return true;
      const level = keys.levelOf(presentedKey(request, target), name);
      return level === required || level === 'admin';
    },
    allowsExtension: (request, target, keyName) => keys.allowsExtension(presentedKey(request, target), keyName),
  };
}

/** The header takes precedence over the query (host contract, 3.2). */
function presentedKey(request: IncomingMessage, target: Target): string | undefined {
  const header = request.headers['x-functions-key'];
  if (typeof header === 'string') return header;
  return target.search === '' ? undefined : (new URLSearchParams(target.search).get('code') ?? undefined);
}

/** An unknown level counts as the strictest. */
function requiredLevel(trigger: Binding): AccessLevel {
  const { authLevel = 'anonymous' } = trigger;
  const level = typeof authLevel === 'string' ? authLevel.toLowerCase() : 'admin';
  return level === 'anonymous' || level === 'function' || level === 'system' ? level : 'admin';
}
