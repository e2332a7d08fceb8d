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

/** Signals an entity so often at once, and answers its batches once all have run. */
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

test('maxEntityOperationBatchSize bounds a batch, and nothing is lost', () =>
  withSettings({ maxEntityOperationBatchSize: 3 }, async (api) => {
    const [found] = await batches(api, ['k'], 20);
    expect(Math.max(...(found?.sizes ?? []))).toBe(3);
  }));

test.each([1, 2])('maxConcurrentEntityFunctions %i bounds the batches at once', (limit) =>
  withSettings({ maxConcurrentEntityFunctions: limit }, async (api) => {
    const found = await batches(api, ['a', 'b', 'c', 'd'], 5);
    expect(Math.max(...found.map(({ most }) => most))).toBe(limit);
  }),
);

test.each([1, 3])('maxConcurrentActivityFunctions %i bounds the activities at once', (limit) =>
  withSettings({ maxConcurrentActivityFunctions: limit }, async (api) => {
    expect(await api.run('crowded')).toBe(limit);
  }),
);

test('with one orchestrator at a time many go on side by side', () =>
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

test('maxOrchestrationActions ends what asks for more', () =>
  withSettings({ maxOrchestrationActions: 10 }, async (api) => {
    const { runtimeStatus, output } = await api.ended(await api.start('fanOut', 20));
    expect(runtimeStatus).toBe('Failed');
    expect(output).toContain('more than 10 actions');
  }));
