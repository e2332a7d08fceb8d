import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { eventually } from '../support/eventually.js';
import { fresh, testDurable, testHere as test } from '../support/fixtures.js';

/** Limits of host.json `extensions.durableTask`: host contract, 12. */
const withSettings = async (settings: Record<string, unknown>, test: (api: DurableApi) => Promise<void>) => {
  const host = await startFixture(await durableFixture(settings));
  await test(new DurableApi(host.url));
  await host.stop();
};

interface Batches {
  sizes: number[];
  most: number;
}

/** Signals each entity that many times at the same time; the batches, when all have run. */
const batches = async (api: DurableApi, keys: readonly string[], signals: number) => {
  await Promise.all(
    keys.flatMap((key) => Array.from({ length: signals }, () => api.send('POST', `entities/batches/${key}?op=tick`))),
  );
  return Promise.all(
    keys.map((key) =>
      eventually(async () => {
        const { sizes, most } = (await api.send('GET', `entities/batches/${key}`)).body as Batches;
        return sizes.reduce((sum, size) => sum + size, 0) === signals ? { sizes, most } : undefined;
      }, `all signals of ${key}`),
    ),
  );
};

test('maxEntityOperationBatchSize limits a batch, and nothing is lost [documented]', () =>
  withSettings({ maxEntityOperationBatchSize: 3 }, async (api) => {
    const [found] = await batches(api, ['k'], 20);
    expect(Math.max(...(found?.sizes ?? []))).toBe(3);
  }));

test.each([1, 2])('maxConcurrentEntityFunctions %i limits the concurrent batches [documented]', (limit) =>
  withSettings({ maxConcurrentEntityFunctions: limit }, async (api) => {
    const found = await batches(api, ['a', 'b', 'c', 'd'], 5);
    expect(Math.max(...found.map(({ most }) => most))).toBe(limit);
  }),
);

test.each([1, 3])('maxConcurrentActivityFunctions %i limits the concurrent activities [documented]', (limit) =>
  withSettings({ maxConcurrentActivityFunctions: limit }, async (api) => {
    expect(await api.run('crowded')).toBe(limit);
  }),
);

test('maxConcurrentOrchestratorFunctions 1 does not stop other orchestrations [documented]', () =>
  withSettings({ maxConcurrentOrchestratorFunctions: 1 }, async (api) => {
    const waiting = await api.start('waits');
    expect(await Promise.all([1, 2, 3].map((n) => api.run('sequence', n)))).toHaveLength(3);
    await api.raise(waiting, 'go', 1);
    expect((await api.ended(waiting)).output).toEqual({ echoed: 1 });
  }));

testDurable(
  'a batch that fails as a whole fails its calls, a trap, and the next one runs [source: DurableTaskExtension.cs]',
  () =>
    withSettings({}, async (api) => {
      expect(await api.run('broken')).toContain(
        "because the entity function 'batches' fails for all operations of a batch",
      );
      const [found] = await batches(api, [fresh('k')], 1);
      expect(found?.sizes).toEqual([1]);
    }),
);

test('maxOrchestrationActions ends an orchestration with more actions [documented]', () =>
  withSettings({ maxOrchestrationActions: 10 }, async (api) => {
    const { runtimeStatus, output } = await api.ended(await api.start('fanOut', 20));
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain('more than 10 actions');
  }));
