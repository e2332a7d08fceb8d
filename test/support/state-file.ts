import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';

type StoredEvent = Record<string, unknown> & { EventType: number };

const SCHEDULED = [4, 7, 10, 14];
const COMPLETED = 1;

/**
 * Checks the state file of a stopped host whose instances have all ended: no task ID is used twice, no task has two
 * results, no result is without a task, and the work tables are empty.
 */
export function expectCleanState(stateDir: string): void {
  const db = new DatabaseSync(path.join(stateDir, 'durable.sqlite'), { readOnly: true });
  const rows = db.prepare('SELECT instance, events FROM history ORDER BY instance, turn').all();
  const histories = Map.groupBy(rows, ({ instance }) => instance);
  for (const turns of histories.values()) {
    expectOnce(turns.flatMap(({ events }) => JSON.parse(events as string) as StoredEvent[]));
  }
  expect(db.prepare('SELECT count(*) AS messages FROM inbox').get()).toEqual({ messages: 0 });
  expect(db.prepare('SELECT count(*) AS held FROM entity WHERE holder IS NOT NULL').get()).toEqual({ held: 0 });
  db.close();
}

function expectOnce(events: readonly StoredEvent[]): void {
  const scheduled = events.filter(({ EventType }) => SCHEDULED.includes(EventType)).map(({ EventId }) => EventId);
  expect(new Set(scheduled).size).toBe(scheduled.length);
  const answered = events
    .map(({ TaskScheduledId, TimerId }) => TaskScheduledId ?? TimerId)
    .filter((id) => id !== undefined);
  expect(new Set(answered).size).toBe(answered.length);
  expect(answered.filter((id) => !scheduled.includes(id))).toEqual([]);
  expect(events.filter(({ EventType }) => EventType === COMPLETED)).toHaveLength(1);
}
