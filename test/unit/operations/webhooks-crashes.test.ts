import '../../support/fake-waits.js';
import { deliveryInstanceOf } from '../../../src/operations/names.js';
import { deliveryPlaceOf } from '../../../src/operations/webhooks/rows.js';
import {
  crashAnywhere,
  exclusive,
  expectForgotten,
  expectStarted,
  exploreWorlds,
  ID,
  repeatable,
  valueOf,
  type OperationWorld,
} from '../../support/operation-world.js';

beforeEach(() => jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick', 'performance'] }));
afterEach(() => {
  jest.useRealTimers();
});

const webhook = { webhookUrl: 'https://a.test/hook' };

const webhookRows = ({ table }: OperationWorld) =>
  table.rows.filter(({ partitionKey, rowKey }) => partitionKey.startsWith('webhook') || rowKey.startsWith('webhook'));

test.each([...repeatable, ...exclusive])(
  'a start with a webhook and %s crashes after any step: no URL outlives retention',
  async (_, request) => {
    const runs = await exploreWorlds(async (world, choose) => {
      await crashAnywhere(world, 'a', world.start('a', { ...request, ...webhook }), choose);
      for (const { instanceId } of world.hub.instances)
        expect(await world.records.webhooks.deliveries.find(deliveryPlaceOf(instanceId))).toMatchObject({
          url: webhook.webhookUrl,
        });
      await expectForgotten(world);
      expect(webhookRows(world)).toEqual([]);
    });
    expect(runs).toBeGreaterThan(6);
  },
);

test.each(repeatable)('a start with a webhook and %s crashes and comes again: one webhook', async (_, request) => {
  await exploreWorlds(async (world, choose) => {
    await crashAnywhere(world, 'a', world.start('a', { ...request, ...webhook }), choose);
    const { id } = valueOf(await world.processes.finish(world.start('b', { ...request, ...webhook })));
    await expectStarted(world, id);
    const createdAt = (await world.records.find(id))?.createdAt;
    const rows = webhookRows(world).filter(({ partitionKey, rowKey }) => [partitionKey, rowKey].includes(id));
    expect(rows).toMatchObject([
      { partitionKey: id, url: webhook.webhookUrl, createdAt, state: 'pending' },
      { rowKey: id, createdAt },
    ]);
  });
});

test('a deletion that crashes after any step is finished by another one, with all of the webhook', async () => {
  await exploreWorlds(async (world, choose) => {
    valueOf(await world.processes.finish(world.start('a', { operationId: ID, ...webhook })));
    world.hub.end(ID);
    const createdAt = (await world.records.find(ID))?.createdAt ?? '';
    for (const round of [1, 2]) {
      const input = { operationId: ID, createdAt, round, attempts: 0, gapsMs: [] };
      await world.hub.startNew('operations_delivery', { instanceId: deliveryInstanceOf(ID, round), input });
    }
    await crashAnywhere(world, 'deletion', world.operations('deletion').delete(ID), choose);
    const record = await world.records.find(ID);
    if (record) valueOf(await world.processes.finish(world.operations('b').deleteRecorded(record)));
    expect(webhookRows(world)).toEqual([]);
    expect(world.hub.instances).toEqual([]);
  });
});
