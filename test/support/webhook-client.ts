import { InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';

/** A durable client outside of any function, on the management API of the host at `url`. */
export function webhookClient(url: string): df.DurableClient {
  const base = `${url}/runtime/webhooks/durabletask`;
  const instance = `${base}/instances/INSTANCEID`;
  const query = 'taskHub=Longhaul&connection=Storage';
  const input = df.input.durableClient();
  const context = new InvocationContext({ options: { extraInputs: [input] } });
  context.extraInputs.set(input, {
    taskHubName: 'Longhaul',
    creationUrls: {
      createNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?${query}`,
      createAndWaitOnNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?${query}`,
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
  });
  process.env.WEBSITE_HOSTNAME = new URL(url).host; // else the library puts its own default origin into every URL
  return df.getClient(context);
}
