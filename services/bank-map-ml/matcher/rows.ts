import { type StatementEntry, type StatementLine } from '../ledger.js';
import { secondsOf } from './days.js';
import { type LeftOut } from './left-out.js';
import { strip } from './text.js';

/** A statement line or an entry of the history. */
type Dated = StatementLine | StatementEntry;

/**
 * The first row of each number, of those that have a date, sorted by date. A second row without a number is a repetition
 * too.
 */
export function inOrderOfDate<T extends Dated>(rows: readonly T[], file: string, leftOut: LeftOut): T[] {
  const seen = new Set<string>();
  const kept = rows.filter((row) => {
    const isRepeated = seen.size === seen.add(strip(row.externalDocumentNumber)).size;
    const isDated = !Number.isNaN(timeOf(row));
    if (isRepeated) leftOut.add(file, 'repeated number');
    else if (!isDated) leftOut.add(file, 'no date');
    return isDated && !isRepeated;
  });
  return kept.sort((a, b) => timeOf(a) - timeOf(b));
}

const timeOf = ({ operationDate }: Dated): number => secondsOf(operationDate);

/** Appends a value to the list of a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
