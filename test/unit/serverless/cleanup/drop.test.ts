import { dropOrchestrator } from '../../../../src/serverless/cleanup/drop.orchestrator.js';
import { DROP_PAGE } from '../../../../src/serverless/names.js';
import { runOrchestrator } from '../../../support/orchestrator-runner.js';

const input = { endpoint: 'e', createdAt: '2026-11-22T00:00:00.000Z' };

/** Drops so many pages; at each tenth call the queue has no room for their webhooks. */
function drop(pages: number) {
  let left = pages;
  let calls = 0;
  const page = () => ({ ok: true, value: ++calls % 10 === 0 ? null : { more: --left > 0 } });
  return runOrchestrator(dropOrchestrator, { input, activities: { [DROP_PAGE]: page } });
}

test('a clean-up of a long queue has no longer history than one of a shorter queue, and drops each page once', async () => {
  const [short, long] = [await drop(90), await drop(180)];
  expect([short.histories, long.histories]).toEqual([1, 2]);
  expect(long.longestHistory).toBeLessThan(short.longestHistory * 1.5);
  expect(long.calls).toHaveLength(199);
  expect(new Set(long.calls.map((call) => JSON.stringify(call)))).toEqual(
    new Set([JSON.stringify([DROP_PAGE, input])]),
  );
  expect(long.shown).toEqual([]);
});
