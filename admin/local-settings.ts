import fs from 'node:fs';
import path from 'node:path';
import { CommandError, EXIT, UsageError } from '../dev/exit.js';
import { runningStack } from '../dev/running-stack.js';
import { storageUrls } from '../dev/storage-urls.js';
import { settingsSchema } from '../src/platform/config.js';
import { commonErrors, hasCode } from '../src/platform/errors.js';

const SETTING = 'AzureWebJobsStorage';

interface StoragePlace {
  connectionString: string;
  /** Its source and URL, for messages, which never show the connection string. */
  from: string;
}

/**
 * The storage account to use: the given one, else the environment's, else that of the stack which `npm start` runs in
 * the state folder, else that of local.settings.json (Core Tools).
 *
 * @throws Error with the ways to name one
 */
export function findStorage(given: string | undefined, stateFolder: string): StoragePlace {
  const places: [string, () => string | undefined][] = [
    ['--connection', () => given],
    [`the environment's ${SETTING}`, () => process.env[SETTING]],
    [`the stack running in ${stateFolder}`, () => runningStack(stateFolder)?.storage],
    ['local.settings.json', readLocalSettings],
  ];
  for (const [from, read] of places) {
    const connectionString = read();
    if (!connectionString) continue;
    checkConnection(connectionString, from);
    return { connectionString, from: `${from}, ${storageUrls(connectionString).tables}` };
  }
  throw new UsageError(
    `No storage account is known. Start the local stack (npx longhaul start), set ${SETTING} or give --connection.`,
  );
}

/** A failure of work on storage, with the account's place. */
export function storageFailure(cause: unknown, from: string): CommandError {
  const exitCode = hasCode(cause, commonErrors.ServiceUnavailable) ? EXIT.unreachable : EXIT.failed;
  return new CommandError(`${(cause as Error).message} (Storage: ${from}.)`, exitCode, { cause });
}

function readLocalSettings(): string | undefined {
  const file = path.resolve('local.settings.json');
  if (!fs.existsSync(file)) return undefined;
  try {
    const { Values } = JSON.parse(fs.readFileSync(file, 'utf8')) as { Values?: Record<string, string> };
    return Values?.[SETTING];
  } catch (cause) {
    // The parser's message quotes a part of the file, which holds secrets.
    throw new Error(`${file} is not JSON.`, { cause });
  }
}

function checkConnection(connectionString: string, from: string): void {
  const { success } = settingsSchema.shape[SETTING].safeParse(connectionString);
  if (!success) throw new UsageError(`${from}: expected the connection string of a storage account.`);
}
