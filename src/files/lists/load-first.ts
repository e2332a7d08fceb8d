import { type Violation } from './fields.js';
import { type Violations } from './violations.js';

interface FirstLoad {
  violations: Violations;
  /** The spreadsheet of the base list, when one is configured. */
  file: string | undefined;
  /** Reads it. */
  read: (file: string) => Promise<Violation[]>;
  onLoaded: (rows: number) => void;
}

/**
 * Loads the base list when there is none, and deletes what earlier loads have left. May run in several processes at the
 * same time: one of them loads.
 * @throws OperationError 400 `SpreadsheetInvalid`, 503
 */
export async function loadFirst({ violations, file, read, onLoaded }: FirstLoad): Promise<void> {
  await violations.deleteOld();
  if (file === undefined || (await violations.exists())) return;
  const { added } = await violations.load(await read(file), { onlyFirst: true });
  if (added > 0) onLoaded(added);
}
