import type * as Identity from '@azure/identity';
import { commonErrors } from './errors.js';

/** Gives tokens to the clients of Azure's services. */
export type Credential = Identity.TokenCredential;

/** Loaded lazily: the library takes 150 ms to load, and an app without identities does not need it. */
function library() {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- Jest does not support import() in CommonJS
  return require('@azure/identity') as typeof Identity;
}

/**
 * The identity that the app runs as: a managed identity on Azure, `az login` on a developer's machine, or another source
 * of DefaultAzureCredential
 * (https://learn.microsoft.com/azure/developer/javascript/sdk/authentication/credential-chains). Its calls throw
 * OperationError 503 when no source gives a token: the endpoint of a managed identity may be unreachable for a while,
 * and a developer may run `az login`.
 *
 * @param clientId client id of a user-assigned identity; default: `AZURE_CLIENT_ID`, else the system-assigned one
 * @param managedOnly whether only the managed identity is tried, which is faster and cannot be another one by accident
 */
export function createCredential(clientId?: string, managedOnly = false): Credential {
  let credential: Credential | undefined;
  return {
    async getToken(scopes, options) {
      try {
        credential ??= managedOnly
          ? new (library().ManagedIdentityCredential)({ clientId: clientId ?? process.env.AZURE_CLIENT_ID })
          : new (library().DefaultAzureCredential)({
              ...(clientId !== undefined && { managedIdentityClientId: clientId }),
            });
        return await credential.getToken(scopes, options);
      } catch (cause) {
        throw commonErrors.ServiceUnavailable(
          'The app cannot sign in to Azure; give it a managed identity (on a developer machine: az login).',
          { cause },
        );
      }
    },
  };
}

/** Tokens of one scope, such as `https://ml.azure.com/.default`. Each is kept until shortly before its end. */
export function createTokenProvider(credential: Credential, scope: string): () => Promise<string> {
  return library().getBearerTokenProvider(credential, scope);
}
