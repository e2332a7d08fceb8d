import { createCredential, createTokenProvider } from '../../platform/azure-identity.js';
import { OperationError } from '../../platform/errors.js';
import { bankMapErrors } from '../errors.js';

/** Gives a token for a scope such as `https://ml.azure.com/.default`. Throws an OperationError. */
export type TokenSource = (scope: string) => Promise<string>;

/** Tokens of the identity that the app runs as. */
export function createAzureTokens(): TokenSource {
  const credential = createCredential();
  const providers = new Map<string, () => Promise<string>>();
  return async (scope) => {
    const provider = providers.get(scope) ?? createTokenProvider(credential, scope);
    providers.set(scope, provider);
    return provider().catch(notSignedIn);
  };
}

function notSignedIn(cause: unknown): never {
  throw bankMapErrors.MlServiceUnavailable(OperationError.from(cause).message, { cause });
}
