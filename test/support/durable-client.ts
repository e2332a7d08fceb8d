import { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

/** The library's client outside of an app, for the durable management API of the host at `url`. */
export function durableClientFor(url: string): df.DurableClient {
  // Without this the library replaces the host of every URL by its default (host contract, 4.2).
  process.env.WEBSITE_HOSTNAME = new URL(url).host;
  const input = df.input.durableClient();
  const context = new InvocationContext({ options: { extraInputs: [input] } });
  context.extraInputs.set(input, clientBinding(`${url}/runtime/webhooks/durabletask`));
  return df.getClient(context);
}

function clientBinding(base: string) {
  const instance = `${base}/instances/INSTANCEID`;
  const query = 'taskHub=Longhaul&connection=Storage';
  return {
    taskHubName: 'Longhaul',
    creationUrls: {
      createNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]`,
      createAndWaitOnNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}`,
    },
    managementUrls: {
      id: 'INSTANCEID',
      statusQueryGetUri: `${instance}?${query}`,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
      terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
      rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
      purgeHistoryDeleteUri: `${instance}?${query}`,
      restartPostUri: `${instance}/restart?${query}`,
      suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
      resumePostUri: `${instance}/resume?reason={text}&${query}`,
    },
    baseUrl: base,
    requiredQueryStringParameters: query,
  };
}
