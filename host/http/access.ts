import { type IncomingMessage } from 'node:http';
import { type Binding } from '../contracts.js';
import { readQuery } from './query.js';
import { type Target } from './request-target.js';
import { type AccessLevel, type KeyStore } from './key-store.js';

/** Why a request is refused: it has no valid key, or a key of another level. */
type Refusal = 401 | 403;

/** Authorization of requests (host contract, 3.2). */
export interface Access {
  allowsFunction(request: IncomingMessage, target: Target, fn: { name: string; trigger: Binding }): boolean;
  /** @param keyName name of the extension's system key */
  refusesExtension(request: IncomingMessage, target: Target, keyName: string): Refusal | undefined;
  refusesAdmin(request: IncomingMessage, target: Target): Refusal | undefined;
  /** Whether the request may call disabled functions: only with the master key. */
  opensDisabled(request: IncomingMessage, target: Target): boolean;
}

/** Without `--auth`, as in local development: no key is required. */
export const openAccess: Access = {
  allowsFunction: () => true,
  refusesExtension: () => undefined,
  refusesAdmin: () => undefined,
  opensDisabled: () => false,
};

/** With `--auth`: requests need a key of the required level. */
export function keyAccess(keys: KeyStore): Access {
  const levelOf = (request: IncomingMessage, target: Target) => keys.levelOf(presentedKey(request, target));
  const refusal = (level: AccessLevel): Refusal => (level === 'anonymous' ? 401 : 403);
  return {
    refusesAdmin: (request, target) => {
      const level = levelOf(request, target);
      return level === 'admin' ? undefined : refusal(level);
    },
    opensDisabled: (request, target) => levelOf(request, target) === 'admin',
    allowsFunction: (request, target, { name, trigger }) => {
      const required = requiredLevel(trigger);
      if (required === 'anonymous') return true;
      const level = keys.levelOf(presentedKey(request, target), name);
      return level === required || level === 'admin';
    },
    refusesExtension: (request, target, keyName) => {
      const key = presentedKey(request, target);
      return keys.allowsExtension(key, keyName) ? undefined : refusal(keys.levelOf(key));
    },
  };
}

/** The header takes precedence over the query, and the first value over later ones (host contract, 3.2). */
function presentedKey({ headersDistinct }: IncomingMessage, { search }: Target): string | undefined {
  const [header] = headersDistinct['x-functions-key'] ?? [];
  return header ?? readQuery(search).find(({ name }) => name.toLowerCase() === 'code')?.values[0];
}

/** An unknown level counts as the strictest. */
function requiredLevel(trigger: Binding): AccessLevel {
  const { authLevel = 'anonymous' } = trigger;
  const level = typeof authLevel === 'string' ? authLevel.toLowerCase() : 'admin';
  return level === 'anonymous' || level === 'function' || level === 'system' ? level : 'admin';
}
