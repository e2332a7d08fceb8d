import type * as Identity from '@azure/identity';
import { bankMapErrors } from '../errors.js';

/** Gives a token for a scope such as `https://ml.azure.com/.default`. Throws an OperationError. */
export type TokenSource = (scope: string) => Promise<string>;

/**
 * Tokens of the identity that the app runs as: a managed identity on Azure (a user-assigned one is named by
 * `AZURE_CLIENT_ID`), `az login` on a developer's machine, or another source of DefaultAzureCredential
 * (https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains). The library keeps each
 * token until shortly before its end.
 */
export function createAzureTokens(): TokenSource {
  const providers = new Map<string, TokenSource>();
  let providerOf: ((scope: string) => TokenSource) | undefined;
  return async (scope) => {
    providerOf ??= load();
    const provider = providers.get(scope) ?? providerOf(scope);
    providers.set(scope, provider);
    return provider(scope).catch(notSignedIn);
  };
}

/** Loaded lazily: the library takes 150 ms to load, and other drivers do not need it. */
function load(): (scope: string) => TokenSource {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest does not support import() in CommonJS
  const { DefaultAzureCredential, getBearerTokenProvider } = require('@azure/identity') as typeof Identity;
  const credential = new DefaultAzureCredential();
  return (scope) => getBearerTokenProvider(credential, scope);
}

/** Retryable: a managed identity's endpoint may be unreachable, and a developer may run `az login`. */
function notSignedIn(cause: unknown): never {
  throw bankMapErrors.MlServiceUnavailable(
    'The app cannot sign in to Azure; give it a managed identity (on a developer machine: az login).',
    { cause },
  );
}
