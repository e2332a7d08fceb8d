/** A download that is going on. */
export interface SlotEntry {
  id: string;
  /** The hash of the key. */
  key: string;
  /** Whether it asked for a range. */
  range: boolean;
  /** When the entry is over unless it is renewed, ms since the epoch. */
  until: number;
}

/** Most downloads of one file at a time (docs/contracts/files.md). */
const MAX_DOWNLOADS = 10;
/** Most entries, those of range requests included. */
const MAX_ENTRIES = 100;

/**
 * Slots that the entries use. The range requests of a key are parts of one download: they use no slot beside a whole
 * download of the key, and one together without it.
 */
export function usedSlots(entries: readonly SlotEntry[]): number {
  const wholes = new Map<string, number>();
  for (const { key, range } of entries) wholes.set(key, (wholes.get(key) ?? 0) + (range ? 0 : 1));
  return [...wholes.values()].reduce((sum, count) => sum + Math.max(count, 1), 0);
}

/** The entries with a new one; undefined when there is no slot for it. */
export function withEntry(entries: readonly SlotEntry[], entry: SlotEntry): SlotEntry[] | undefined {
  const after = [...entries, entry];
  return usedSlots(after) <= MAX_DOWNLOADS && after.length <= MAX_ENTRIES ? after : undefined;
}
