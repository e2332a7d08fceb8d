import { type ListFilter, type Monitor } from '@longhaul/client';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { formatTable } from '../../dev/table.js';
import { appCommand, onApp, type App, type Flags } from '../app.js';
import { colored } from '../colors.js';

const STATUSES = ['NotStarted', 'Running', 'Succeeded', 'Failed', 'Canceled'];
/** The most operations of one page of the app. */
const MAX_PAGE = 100;
/** The longest text of a result that is shown to a person, in characters. */
const MAX_RESULT = 500;

/** `longhaul status`. */
export const statusCommand = (): Command =>
  appCommand(
    'status',
    'Shows an operation. With --watch, follows it to its end; the exit code is 1 unless it succeeds.',
    ['status 6b1c… --watch', 'status 6b1c… --json'],
  )
    .argument('<id>', 'id of the operation')
    .option('--watch', 'wait for the end, with progress; with --json a line of JSON for each change', false)
    .action((id: string, flags: Flags & { watch: boolean }) =>
      onApp(flags, async (app) => {
        if (flags.watch) return watch(app, id);
        const monitor = await app.longhaul.operations.get(id, { signal: app.signal });
        app.result(monitor, describe(monitor));
      }),
    );

/** Follows an operation to its end and prints it. @throws what is wrong with it when it has not succeeded */
export async function watch(app: App, id: string): Promise<void> {
  const monitor = await app.follow(id, (each) => {
    if (app.isJson) app.print(JSON.stringify(each));
  });
  if (!app.isJson) app.print(describe(monitor));
  await app.resultOf(monitor);
}

function describe(monitor: Monitor): string {
  const { progress, error, result, resultLocation } = monitor;
  const text = result === undefined ? resultLocation : JSON.stringify(result);
  const rows: [string, string | undefined][] = [
    ['operation', monitor.id],
    ['kind', monitor.kind],
    ['status', monitor.status],
    ['waits for', monitor.waitingFor],
    ['created', monitor.createdDateTime],
    ['updated', monitor.lastUpdatedDateTime],
    ['progress', progress && `${progress.completed} of ${progress.total}, ${progress.failed} failed`],
    ['retry of', monitor.retryOf],
    ['retried by', monitor.retriedBy],
    ['error', error && `${error.code}: ${error.message}`],
    [
      'result',
      text !== undefined && text.length > MAX_RESULT ? `${text.slice(0, MAX_RESULT)}… (--json shows all)` : text,
    ],
  ];
  const lines = rows.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(11)}${value}`]));
  return colored(lines.join('\n'));
}

interface ListFlags extends Flags {
  kind?: string;
  status?: Monitor['status'];
  createdAfter?: string;
  createdBefore?: string;
  idStartsWith?: string;
  top: number;
  all: boolean;
}

/** `longhaul list`. */
export const listCommand = (): Command =>
  appCommand('list', 'Lists operations, newest first.', [
    'list --status Failed',
    'list --kind plates.recognizeBatch --all --json',
  ])
    .option('--kind <kind>', 'only operations of this kind')
    .addOption(new Option('--status <status>', 'only operations of this status').choices(STATUSES))
    .option('--created-after <time>', 'only operations created after this time, such as 2026-11-28T00:00:00Z')
    .option('--created-before <time>', 'only operations created before this time')
    .option('--id-starts-with <text>', 'only operations whose ids begin with this text')
    .option('--top <number>', 'most operations that are listed', positive, 20)
    .option('--all', 'list all, page after page', false)
    .action((flags: ListFlags) => onApp(flags, (app) => list(app, flags)));

async function list(app: App, flags: ListFlags): Promise<void> {
  const { kind, status, createdAfter, createdBefore, idStartsWith, all } = flags;
  const limit = all ? Infinity : flags.top;
  // One more than asked for tells whether there are more.
  const filter: ListFilter = {
    kind,
    status,
    createdAfter,
    createdBefore,
    idStartsWith,
    top: Math.min(MAX_PAGE, limit + 1),
  };
  const found: Monitor[] = [];
  for await (const page of app.longhaul.operations.list(filter, { signal: app.signal })) {
    found.push(...page);
    if (found.length > limit) break;
  }
  const shown = found.slice(0, limit);
  app.result({ value: shown }, shown.length === 0 ? 'There are no such operations.' : tableOf(shown));
  if (found.length > limit) app.screen.print(`There are more. To list them: --top ${2 * limit}, or --all.`);
}

function tableOf(monitors: readonly Monitor[]): string {
  const rows = monitors.map(({ id, kind, status, createdDateTime, progress, error }) => [
    id,
    kind,
    status,
    createdDateTime,
    progress && `${progress.completed + progress.failed} of ${progress.total}`,
    error?.code,
  ]);
  return colored(formatTable(['operation', 'kind', 'status', 'created', 'progress', 'error'], rows));
}

function positive(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1.');
}
