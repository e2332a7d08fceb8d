/** The URLs of the management API, and the `durableClient` binding document (host contract, 4.1 and 5.1). */

export interface UrlParts {
  /** Up to `/runtime/webhooks/durabletask`, without a slash at the end. */
  base: string;
  hubName: string;
  /** Name of the storage connection. */
  connection: string;
  systemKey: string | null;
}

export function managementUrls(id: string, parts: UrlParts): Record<ManagementUrl, string> {
  const { base, hubName, connection } = parts;
  const query = `taskHub=${urlEncode(hubName)}&connection=${urlEncode(connection)}${code(parts, '&')}`;
  const instance = `${base}/instances/${urlEncode(id)}`;
  return {
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}

type ManagementUrl =
  | 'statusQueryGetUri'
  | 'sendEventPostUri'
  | 'terminatePostUri'
  | 'rewindPostUri'
  | 'purgeHistoryDeleteUri'
  | 'restartPostUri'
  | 'suspendPostUri'
  | 'resumePostUri';

/**
 * The value of a `durableClient` binding, as JSON text.
 *
 * @param rpcBase null when there is no RPC endpoint; a missing slash at the end is added, because the library needs it
 */
export function clientBinding(parts: UrlParts, rpcBase: string | null): string {
  const start = `${parts.base}/orchestrators/{functionName}[/{instanceId}]`;
  const wait = 'timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}';
  return JSON.stringify({
    taskHubName: parts.hubName,
    creationUrls: {
      createNewInstancePostUri: `${start}${code(parts, '?')}`,
      createAndWaitOnNewInstancePostUri: `${start}?${wait}${code(parts, '&')}`,
    },
    managementUrls: { id: 'INSTANCEID', ...managementUrls('INSTANCEID', parts) },
    baseUrl: parts.base,
    requiredQueryStringParameters: code(parts, ''),
    ...(rpcBase !== null && { rpcBaseUrl: rpcBase.endsWith('/') ? rpcBase : `${rpcBase}/` }),
  });
}

/** As `WebUtility.UrlEncode` of .NET: a space becomes a plus. */
function urlEncode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[~']/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
}

function code({ systemKey }: UrlParts, before: string): string {
  return systemKey === null ? '' : `${before}code=${encodeURIComponent(systemKey)}`;
}
