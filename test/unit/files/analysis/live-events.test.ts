import { type ReadableStream } from 'node:stream/web';
import { Analyses } from '../../../../src/files/analysis/analyses.js';
import { LiveEvents } from '../../../../src/files/analysis/live-events.js';
import { MemoryTable } from '../../../support/memory-table.js';

const TIMES = { keyMs: 90_000, waitMs: 600_000, timeoutMs: 3_600_000 };

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

/** Reads of the table while watchers follow one analysis, and the events that each has got. */
async function watch(watchers: number, seconds: number) {
  const table = new MemoryTable();
  const analyses = new Analyses(table, TIMES);
  const given = { file: 7, user: 1, audience: '12+', operationId: 'operation', baseUrl: 'http://app' };
  const added = await analyses.add({ ...given, violations: [] });
  if (!added) throw new Error('The analysis was not added.');
  const { id, analysis } = added;
  const events = new LiveEvents(analyses, 15_000);
  const request = { url: new URL(`http://app/sse/${id}/`), header: () => undefined };
  const reads = jest.spyOn(table, 'read');
  const follow = async () => {
    const { body } = await events.reply(id, request);
    let text = '';
    for await (const chunk of body as ReadableStream<Uint8Array>) text += Buffer.from(chunk).toString();
    return text;
  };
  const streams = Array.from({ length: watchers }, follow);
  await jest.advanceTimersByTimeAsync(seconds * 1_000);
  const count = reads.mock.calls.length;
  await analyses.fail(id, 1, { code: 'AnalyzerFailed', message: 'Damaged.' });
  await jest.advanceTimersByTimeAsync(1_000);
  return { count, texts: await Promise.all(streams), key: analysis.key };
}

test('1,000 watchers of one analysis cost the polls of one, and all see each change', async () => {
  const one = await watch(1, 10);
  const many = await watch(1_000, 10);
  expect(many.count).toBeLessThanOrEqual(one.count + 1); // those that came first share one read
  expect(new Set(many.texts).size).toBe(1);
  expect(many.texts[0]).toMatch(
    /^id: [\w-]+\ndata: \{"status_file":"processing","url":"http:\/\/app\/download\/[0-9a-f]{32}\/"\}\n\nid: [\w-]+\ndata: \{"status_file":"error","url":null\}\n\n$/,
  );
  expect(many.texts[0]?.split('\n')[0]).not.toContain(many.key);
});

test('the key is replaced by the poll that finds it overdue', async () => {
  const { texts } = await watch(1, 100);
  expect(texts[0]?.match(/processing/g)).toHaveLength(2);
});
