import { dayOf, NO_DAY } from './days.js';
import { type StatementEntry } from '../ledger.js';

/** The first row of each number; rows without one all stay. */
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

/** The history that counts: each entry once, by date, those without one first. */
export function historyOf(entries: readonly StatementEntry[]): StatementEntry[] {
  const day = (entry: StatementEntry) => dayOf(entry.operationDate) ?? -NO_DAY;
  return onceEach(entries, (entry) => entry.externalDocumentNumber)
    .map((entry) => ({ entry, day: day(entry) }))
    .sort((a, b) => a.day - b.day)
    .map(({ entry }) => entry);
}

/** Adds to the list that stands under a key. */
export function append<K, V>(lists: Map<K, V[]>, key: K, value: V): void {
  const list = lists.get(key);
  if (list) list.push(value);
  else lists.set(key, [value]);
}
