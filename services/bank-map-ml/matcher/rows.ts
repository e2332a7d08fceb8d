import { dayOf, NO_DAY } from './days.js';
import { type StatementEntry } from '../ledger.js';

/** The first row of each number, and all rows without a number. */
export function onceEach<T>(rows: readonly T[], numberOf: (row: T) => string): T[] {
  const seen = new Set<string>();
  return rows.filter((row) => {
    const number = numberOf(row).trim();
    if (number === '') return true;
    const isNew = !seen.has(number);
    seen.add(number);
    return isNew;
  });
}

/** The history without duplicates, sorted by date; entries without a date come first. */
export function historyOf(entries: readonly StatementEntry[]): StatementEntry[] {
  const day = (entry: StatementEntry) => dayOf(entry.operationDate) ?? -NO_DAY;
  return onceEach(entries, (entry) => entry.externalDocumentNumber)
    .map((entry) => ({ entry, day: day(entry) }))
    .sort((a, b) => a.day - b.day)
    .map(({ entry }) => entry);
}

/** Appends a value to the list of a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
