/** `npm run serverless`: the operators' command line for serverless endpoints (docs/serverless-admin.md). */
import { Command, Option } from 'commander';
import { findApp, stateFolderOption } from '../dev/running-stack.js';
import { redact } from '../src/platform/logging.js';
import { createTableStore } from '../src/platform/storage.js';
import { DEFAULT_SETTINGS } from '../src/serverless/endpoints/endpoint-settings.js';
import { createEndpointStore, type EndpointStore, type Versioned } from '../src/serverless/endpoints/endpoint-store.js';
import { settingsFrom, wholeNumber, withEndpointOptions, type EndpointFlags } from './endpoint-options.js';
import { findStorage } from './local-settings.js';
import { print, printEndpoint, printEndpoints, printJson } from './print.js';
import { fetchQueueStats } from './queue-stats.js';

interface Shared {
  connection?: string;
  dir: string;
  json: boolean;
}

const HOUR_MS = 3_600_000;

const program = new Command('npm run serverless --')
  .description('Manages serverless endpoints: queues in front of workers.')
  .addHelpText(
    'after',
    `
Examples:
  npm run serverless -- create plates --kind plates.recognizeBatch --workers 4
  npm run serverless -- list --json`,
  );

/** A command with the options of all commands. */
function command(name: string, description: string): Command {
  return program
    .command(name)
    .description(description)
    .option(
      '--connection <string>',
      'storage account; default: AzureWebJobsStorage, the local stack, local.settings.json',
    )
    .addOption(stateFolderOption())
    .option('--json', 'print JSON', false);
}

withEndpointOptions(command('create <id>', 'creates an endpoint and prints its API key, only this time')).action(
  (id: string, flags: Shared & EndpointFlags) =>
    onStore(flags, async (store) => {
      const { endpoint, key } = await store.create(id, { ...DEFAULT_SETTINGS, ...settingsFrom(flags) });
      printEndpoint(endpoint, flags.json, { key, ...newSecret(flags, endpoint.webhookSecret) });
    }),
);

withEndpointOptions(command('update <id>', 'changes the given settings, within two seconds')).action(
  (id: string, flags: Shared & EndpointFlags) =>
    onStore(flags, async (store) => {
      const { endpoint } = await store.update(id, settingsFrom(flags));
      printEndpoint(endpoint, flags.json, newSecret(flags, endpoint.webhookSecret));
    }),
);

command('list', 'prints the endpoints, without their secrets').action((flags: Shared) =>
  onStore(flags, async (store) => printEndpoints(await store.list(), flags.json)),
);

command(
  'rotate-key <id>',
  'creates a new API key and prints it, only this time; the old key stays valid for a grace period',
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

command('delete <id>', 'deletes an endpoint and its keys').action((id: string, flags: Shared) =>
  onStore(flags, async (store) => {
    await store.delete(id);
    if (flags.json) printJson({ deleted: id });
    else print(`Endpoint "${id}" is deleted.`);
  }),
);

command('stats <id>', 'asks a running app how many requests wait')
  .option('--url <url>', 'URL of the app; default: that of the running stack')
  .addOption(new Option('--key <key>', 'an API key of the endpoint').env('SERVERLESS_KEY').makeOptionMandatory())
  .action(async (id: string, { url, key, dir, json }: Shared & { url?: string; key: string }) => {
    const { queueingCount } = await fetchQueueStats(findApp({ url, dir }), id, key);
    if (json) printJson({ id, queueingCount });
    else print(`Endpoint "${id}": ${queueingCount} waiting for a worker.`);
  });

async function onStore({ connection, dir }: Shared, work: (store: EndpointStore) => Promise<void>): Promise<void> {
  const { connectionString, from } = findStorage(connection, dir);
  try {
    await work(createEndpointStore(createTableStore(connectionString, 'serverless')));
  } catch (cause) {
    throw new Error(`${(cause as Error).message} (Storage: ${from}.)`, { cause });
  }
}

/** Only a generated secret is printed: the operator knows a given one. */
function newSecret(flags: EndpointFlags, webhookSecret: string | undefined) {
  return flags.webhookSecret === 'generate' ? { webhookSecret } : {};
}

program.parseAsync().catch((thrown: unknown) => {
  console.error(redact(thrown instanceof Error ? thrown.message : String(thrown)));
  process.exitCode = 1;
});
