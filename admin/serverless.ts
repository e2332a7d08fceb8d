/** `longhaul serverless`: the operators' command line for serverless endpoints (docs/serverless-admin.md). */
import { Command, Option } from 'commander';
import { withExamples } from '../dev/examples.js';
import { findApp, stateFolderOption } from '../dev/running-stack.js';
import { createTableStore } from '../src/platform/storage.js';
import { DEFAULT_SETTINGS } from '../src/serverless/endpoints/endpoint-settings.js';
import { createEndpointStore, type EndpointStore, type Versioned } from '../src/serverless/endpoints/endpoint-store.js';
import { settingsFrom, wholeNumber, withEndpointOptions, type EndpointFlags } from './endpoint-options.js';
import { findStorage, storageFailure } from './local-settings.js';
import { print, printEndpoint, printEndpoints, printJson } from './print.js';
import { fetchQueueStats } from './queue-stats.js';

interface Shared {
  connection?: string;
  dir: string;
  json: boolean;
}

const HOUR_MS = 3_600_000;

/** `longhaul serverless`. */
export function serverlessCommand(): Command {
  const program = withExamples(
    new Command('serverless').description('Manages serverless endpoints: queues in front of workers.'),
    'serverless create plates --kind plates.recognizeBatch --workers 4',
    'serverless list --json',
  );

  /** A command with the options of all commands. */
  const command = (usage: string, description: string, ...examples: [string, string]): Command =>
    withExamples(program.command(usage), ...examples)
      .description(description)
      .option(
        '--connection <string>',
        'storage account; default: AzureWebJobsStorage, the local stack, local.settings.json',
      )
      .addOption(stateFolderOption())
      .option('--json', 'print JSON', false);

  withEndpointOptions(
    command(
      'create <id>',
      'creates an endpoint and prints its API key, only this time',
      'serverless create plates --kind plates.recognizeBatch --workers 4',
      'serverless create gpu --worker https://gpu.example/run --webhook-secret generate',
    ),
  ).action((id: string, flags: Shared & EndpointFlags) =>
    onStore(flags, async (store) => {
      const { endpoint, key } = await store.create(id, { ...DEFAULT_SETTINGS, ...settingsFrom(flags) });
      printEndpoint(endpoint, flags.json, { key, ...newSecret(flags, endpoint.webhookSecret) });
    }),
  );

  withEndpointOptions(
    command(
      'update <id>',
      'changes the given settings, within two seconds',
      'serverless update plates --workers 8',
      'serverless update gpu --worker none',
    ),
  ).action((id: string, flags: Shared & EndpointFlags) =>
    onStore(flags, async (store) => {
      const { endpoint } = await store.update(id, settingsFrom(flags));
      printEndpoint(endpoint, flags.json, newSecret(flags, endpoint.webhookSecret));
    }),
  );

  command('list', 'prints the endpoints, without their secrets', 'serverless list', 'serverless list --json').action(
    (flags: Shared) => onStore(flags, async (store) => printEndpoints(await store.list(), flags.json)),
  );

  command(
    'rotate-key <id>',
    'creates a new API key and prints it, only this time; the old key stays valid for a grace period',
    'serverless rotate-key plates --grace-hours 1',
    'serverless rotate-key plates --revoke-old',
  )
    .option('--grace-hours <number>', 'how long the old key stays valid; 0: it ends now', wholeNumber, 24)
    .addOption(new Option('--revoke-old', 'create no new key, and end the old key now').conflicts('graceHours'))
    .action((id: string, flags: Shared & { graceHours: number; revokeOld?: true }) =>
      onStore(flags, async (store) => {
        const after: Versioned & { key?: string } = flags.revokeOld
          ? await store.revokeOldKey(id)
          : await store.rotateKey(id, flags.graceHours * HOUR_MS);
        printEndpoint(after.endpoint, flags.json, { key: after.key });
      }),
    );

  command(
    'delete <id>',
    'deletes an endpoint and its keys',
    'serverless delete plates',
    'serverless delete plates --json',
  ).action((id: string, flags: Shared) =>
    onStore(flags, async (store) => {
      await store.delete(id);
      if (flags.json) printJson({ deleted: id });
      else print(`Endpoint "${id}" is deleted.`);
    }),
  );

  command(
    'stats <id>',
    'asks a running app how many requests wait',
    'serverless stats plates --key lh_…',
    'serverless stats plates --key lh_… --url https://app.example --json',
  )
    .addOption(new Option('--url <url>', 'URL of the app; default: that of the running stack').env('LONGHAUL_URL'))
    .addOption(new Option('--key <key>', 'an API key of the endpoint').env('SERVERLESS_KEY').makeOptionMandatory())
    .action(async (id: string, { url, key, dir, json }: Shared & { url?: string; key: string }) => {
      const { queueingCount } = await fetchQueueStats(findApp({ url, dir }), id, key);
      if (json) printJson({ id, queueingCount });
      else print(`Endpoint "${id}": ${queueingCount} waiting for a worker.`);
    });

  return program;
}

async function onStore({ connection, dir }: Shared, work: (store: EndpointStore) => Promise<void>): Promise<void> {
  const { connectionString, from } = findStorage(connection, dir);
  try {
    await work(createEndpointStore(createTableStore(connectionString, 'serverless')));
  } catch (cause) {
    throw storageFailure(cause, from);
  }
}

/** Only a generated secret is printed: the operator knows a given one. */
function newSecret(flags: EndpointFlags, webhookSecret: string | undefined) {
  return flags.webhookSecret === 'generate' ? { webhookSecret } : {};
}
