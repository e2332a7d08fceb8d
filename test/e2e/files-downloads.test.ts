import { startStack, type Stack } from '../support/test-stack.js';
import { AnalysisClient, cancelAll } from '../support/analyzed-files.js';
import { startFakeService, type FakeService } from '../support/fake-service.js';

/** Slots of downloads; keys are valid as long as by default, because many downloads of a large file take seconds. */

let stack: Stack;
let analyzer: FakeService;
let app: AnalysisClient;
beforeAll(async () => {
  analyzer = await startFakeService([{ status: 202 }]);
  stack = await startStack({ external: { analyzer: analyzer.url }, env: { FILES_ANONYMOUS: 'true' } });
  app = AnalysisClient.of(stack);
});
afterAll(async () => {
  await stack.stop();
  await analyzer.close();
});

describe('downloads at the same time', () => {
  /** More than sockets and buffers hold. */
  const LARGE = Buffer.alloc(40_000_000, 'INT. HOUSE - DAY\n');

  test('are ten; an eleventh gets 429, and a slot is free when a reader is gone', async () => {
    const started = await app.start(LARGE);
    const key = await app.key(started);
    const readers = await Promise.all(Array.from({ length: 10 }, () => app.download(key)));
    expect(readers.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    const eleventh = await app.get(`/download/${key}/`);
    expect([eleventh.status, eleventh.headers.get('retry-after')]).toEqual([429, '5']);
    expect(eleventh.text).toBe('{"errors":"Ten downloads of the file are going on; try again shortly."}');

    const part = await app.download(key, { Range: 'bytes=0-16' });
    expect([part.status, await part.text()]).toEqual([206, 'INT. HOUSE - DAY\n']);

    await readers[0]?.body?.cancel();
    const next = await app.untilFree(key);
    const bytes = Buffer.from(await next.arrayBuffer());
    expect(bytes.equals(LARGE)).toBe(true);
    await cancelAll(readers.slice(1));
  });

  test('of another file have slots of their own', async () => {
    const key = await app.key(await app.start(LARGE));
    const readers = await Promise.all(Array.from({ length: 10 }, () => app.download(key)));
    const other = await app.download(await app.key(await app.start(LARGE)));
    expect(other.status).toBe(200);
    await cancelAll([...readers, other]);
  });
});
