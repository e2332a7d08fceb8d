/** `longhaul load-violations`: loads the base list of violations from a spreadsheet (docs/files-lists.md). */
import { Command } from 'commander';
import { withExamples } from '../dev/examples.js';
import { stateFolderOption } from '../dev/running-stack.js';
import { readViolations } from '../src/files/lists/spreadsheet.js';
import { Violations } from '../src/files/lists/violations.js';
import { createTableStore } from '../src/platform/storage.js';
import { findStorage, storageFailure } from './local-settings.js';
import { print, printJson } from './print.js';

interface Flags {
  connection?: string;
  dir: string;
  dryRun: boolean;
  json: boolean;
}

/** `longhaul load-violations`. */
export const loadViolationsCommand = () =>
  withExamples(
    new Command('load-violations'),
    'load-violations violations.xlsx --dry-run',
    'load-violations violations.xlsx --json',
  )
    .description(
      'Replaces the base list of violations with the rows of a spreadsheet: all of them, or none. ' +
        'Columns by their names: violations, context, age. A row that is in the list already keeps its number.',
    )
    .argument('<file.xlsx>', 'the spreadsheet')
    .option(
      '--connection <string>',
      'storage account; default: AzureWebJobsStorage, the local stack, local.settings.json',
    )
    .addOption(stateFolderOption())
    .option('--dry-run', 'check the spreadsheet and print what would change', false)
    .option('--json', 'print JSON', false)
    .action(async (file: string, { connection, dir, dryRun, json }: Flags) => {
      const rows = await readViolations(file);
      const { connectionString, from } = findStorage(connection, dir);
      const violations = new Violations(createTableStore(connectionString, 'files'));
      const report = await violations.load(rows, { dryRun }).catch((cause: unknown) => {
        throw storageFailure(cause, from);
      });
      if (json) printJson({ rows: rows.length, ...report, dryRun });
      else {
        const { added, kept, removed } = report;
        const start = dryRun ? 'Nothing is changed. A load of these' : 'Loaded';
        print(`${start} ${rows.length} violations: ${added} new, ${kept} kept, ${removed} removed.`);
      }
      if (dryRun) return;
      await violations.deleteOld().catch((cause: unknown) => {
        const reason = (cause as Error).message;
        console.error(`The rows that were replaced are not all deleted; the app does it within an hour. ${reason}`);
      });
    });
