import { type Operation } from '@longhaul/client';
import { type Command } from 'commander';
import { CommandError } from '../../dev/exit.js';
import { formatTable } from '../../dev/table.js';
import { appCommand, onApp, type App, type Flags } from '../app.js';
import { colored } from '../colors.js';
import { watch } from './reading.js';

/** The result of an operation that acts on many (docs/contracts/managing-operations.md). */
interface ManyResult {
  succeeded: number;
  failed: number;
  results: { id: string; outcome: string; error?: { code: string; message: string } }[];
}

/** `longhaul cancel`. */
export const cancelCommand = (): Command =>
  manyCommand('cancel', 'Asks operations to stop, up to 1,000 in one call.', 'cancelMany');

/** `longhaul delete`. */
export const deleteCommand = (): Command =>
  manyCommand(
    'delete',
    'Deletes operations that have ended, with their inputs and results, up to 1,000 in one call.',
    'deleteMany',
  );

function manyCommand(name: string, description: string, call: 'cancelMany' | 'deleteMany'): Command {
  return appCommand(name, description, [`${name} 6b1c…`, `${name} 6b1c… 07aa… --json`])
    .argument('<ids...>', 'ids of operations')
    .action((ids: string[], flags: Flags) =>
      onApp(flags, (app) => actOnMany(app, app.longhaul.operations[call]({ ids }, { signal: app.signal }))),
    );
}

/** Waits for an operation that acts on many, and prints the outcome of each. */
async function actOnMany(app: App, starting: Promise<Operation>): Promise<void> {
  const { id } = await starting;
  const result = await app.resultOf(await app.follow<ManyResult>(id));
  const rows = result.results.map(({ id: target, outcome, error }) => [
    target,
    outcome,
    error && `${error.code}: ${error.message}`,
  ]);
  app.result(result, colored(formatTable(['operation', 'outcome', 'error'], rows)));
  if (result.failed > 0) {
    throw new CommandError(
      `${result.failed} of ${result.results.length} failed. npx longhaul status ID shows one of them.`,
    );
  }
}

/** `longhaul retry`. */
export const retryCommand = (): Command =>
  appCommand(
    'retry',
    'Starts an operation again that failed, was canceled, or has failed items: a new one with the same input.',
    ['retry 6b1c…', 'retry 6b1c… --watch'],
  )
    .argument('<id>', 'id of the operation')
    .option('--watch', 'wait for the end of the new operation, as status --watch does', false)
    .action((id: string, flags: Flags & { watch: boolean }) =>
      onApp(flags, async (app) => {
        const { id: retry, started } = await app.longhaul.operations.retry(id, { signal: app.signal });
        if (flags.watch) return watch(app, retry);
        app.result(
          started,
          `Operation ${retry} is started. To wait for it: ${app.command('status', retry, '--watch')}`,
        );
      }),
    );
