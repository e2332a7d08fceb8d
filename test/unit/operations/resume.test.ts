import { resumeOrchestrator } from '../../../src/operations/upstreams/resume.orchestrator.js';
import { TELL_WAITING } from '../../../src/operations/upstreams/names.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { runOrchestrator } from '../../support/orchestrator-runner.js';

const input = { upstream: 'imageProvider', pauseNumber: 1 };
const away = { ok: false, error: commonErrors.ServiceUnavailable('away').data };

/** Tells as many pages as there are; before each of them the task hub fails so often. */
async function resume(pages: number, failures = 0) {
  let left = pages;
  let failing = failures;
  const tell = () => {
    if (failing-- > 0) return away;
    failing = failures;
    return { ok: true, value: --left > 0 };
  };
  const run = await runOrchestrator(resumeOrchestrator, { input, activities: { [TELL_WAITING]: tell } });
  return { ...run, left };
}

test('all pages are told, in histories of bounded length', async () => {
  const { left, calls, histories, longestHistory } = await resume(120);
  expect([left, calls.length, histories]).toEqual([0, 120, 3]);
  expect(calls.at(-1)).toEqual([TELL_WAITING, input]);
  expect(longestHistory).toBeLessThan(300);
});

test('a page that fails is repeated', async () => {
  const { left, calls, elapsedMs } = await resume(2, 2);
  expect([left, calls.length, elapsedMs]).toEqual([0, 6, 2 * (1_000 + 2_000)]);
});

test('it gives up a page that fails always, and leaves it to the timer', async () => {
  expect(await resume(2, 1_000)).toMatchObject({ left: 2, calls: { length: 10 } });
});
