import { parseSeed } from '../../../host/weather/seed.js';
import { Weather } from '../../../host/weather/weather.js';

/** The decisions of `--weather` (host/weather/weather.ts). */

const messages = Array.from({ length: 400 }, (_, index) => `order-${index} ship 1`);

/** What is decided for each of the messages, and the log. */
function decisions(seed: number) {
  const log: string[] = [];
  const weather = new Weather(seed, { log: (_level, _category, message) => log.push(message) });
  const decided = messages.map((message) => [
    weather.activity(message),
    weather.crashes(message),
    weather.lateMs(message),
    weather.oldStatusMs(message),
    weather.storage(message),
  ]);
  return { decided, log };
}

test('the same seed makes the same decisions, another seed makes others', () => {
  expect(decisions(7)).toEqual(decisions(7));
  expect(decisions(8).decided).not.toEqual(decisions(7).decided);
});

test('a decision does not depend on the messages before', () => {
  const weather = new Weather(7, { log: () => undefined });
  const backwards = [...messages].reverse().map((message) => weather.lateMs(message));
  expect(backwards.reverse()).toEqual(decisions(7).decided.map(([, , late]) => late));
});

test('each occurrence of an equal message has its own decision', () => {
  const weather = new Weather(7, { log: () => undefined });
  const late = Array.from({ length: 400 }, () => weather.lateMs('order-1 ship 1'));
  expect(new Set(late).size).toBeGreaterThan(10);
});

test('all kinds of behavior occur, and every one is logged', () => {
  const { decided, log } = decisions(7);
  const ways = decided.map(([activity]) => activity);
  expect([...new Set(ways)].sort()).toEqual(['again', 'together', 'twice', undefined]);
  const failures = new Set(decided.map(([, , , , failure]) => JSON.stringify(failure)));
  expect([...failures].filter(Boolean)).toHaveLength(4);
  const late = decided.map(([, , ms]) => Number(ms)).filter((ms) => ms > 0);
  expect(Math.max(...late)).toBeLessThanOrEqual(3_000);
  const count = decided.flat().filter((decision) => decision !== undefined && decision !== false && decision !== 0);
  expect(log).toHaveLength(count.length);
});

test('messages get another order, those of one sender keep theirs', () => {
  const weather = new Weather(7, { log: () => undefined });
  const items = Array.from({ length: 30 }, (_, index) => ({ index, from: index % 3 === 0 ? 'one' : undefined }));
  const ordered = weather.reordered('batch', items, ({ from }) => from);
  const indexes = (list: typeof items) => list.map(({ index }) => index);
  expect(indexes(ordered)).not.toEqual(indexes(items));
  expect(indexes(ordered).sort((a, b) => a - b)).toEqual(indexes(items));
  expect(indexes(ordered.filter(({ from }) => from === 'one'))).toEqual([0, 3, 6, 9, 12, 15, 18, 21, 24, 27]);
});

test('a seed is a whole number of 32 bits, or chosen', () => {
  expect([parseSeed('0'), parseSeed('4294967295')]).toEqual([0, 4_294_967_295]);
  expect(parseSeed('random')).toBeGreaterThanOrEqual(0);
  for (const text of ['', '-1', '1.5', '4294967296', 'storm']) {
    expect(() => parseSeed(text)).toThrow('give a whole number from 0 to 4294967295, or random.');
  }
});
