import { type LookupAddress } from 'node:dns';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';
import { defineOperation } from '../../../src/operations/define.js';
import { deliveryInstanceOf, START_DELIVERY } from '../../../src/operations/names.js';
import { operationOrchestrator } from '../../../src/operations/operation.orchestrator.js';
import { commonErrors } from '../../../src/platform/errors.js';
import { newWebhookSecret } from '../../../src/platform/webhook-secret.js';
import { startFakeService, type Answer, type FakeService } from '../../support/fake-service.js';
import { ID } from '../../support/operation-world.js';
import { runOrchestrator } from '../../support/orchestrator-runner.js';
import { WebhookWorld } from '../../support/webhook-world.js';

const receivers: FakeService[] = [];
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.close();
});

async function startReceiver(...answers: Answer[]): Promise<FakeService> {
  const receiver = await startFakeService(answers);
  receivers.push(receiver);
  return receiver;
}

const eventsIn = ({ bodies }: FakeService) => bodies.map((body) => JSON.parse(body) as unknown);
const broken = { status: 500 };
const failure = { code: 'ImageNotFound', message: 'There is no image 7.', status: 404 };

describe('the event', () => {
  test.each([
    ['succeeded', { end: 'succeeded', result: { plate: 'ABC' } }],
    ['failed', { end: 'failed', error: failure }],
    ['canceled', { end: 'canceled' }],
  ])('of an operation that has %s has the monitor, and is sent once', async (end, output) => {
    const receiver = await startReceiver({ status: 204 });
    const world = new WebhookWorld();
    await world.end(`${receiver.url}/hook?token=a%20b`, output);
    expect((await world.run()).result).toEqual({ state: 'delivered', attempts: 1 });
    const monitor = await world.operations.monitor(ID);
    expect(receiver.requests).toEqual(['POST /hook?token=a%20b']);
    expect(eventsIn(receiver)).toEqual([
      { type: `operation.${end}`, timestamp: monitor.lastUpdatedDateTime, data: { ...monitor } },
    ]);
    expect(receiver.headers[0]).toMatchObject({ 'content-type': 'application/json' });
    expect(await world.webhooks.show(ID)).toEqual({
      value: [
        {
          attempt: 1,
          dateTime: expect.any(String) as string,
          durationMs: expect.any(Number) as number,
          statusCode: 204,
        },
      ],
      state: 'delivered',
    });
  });

  test('is signed with each secret, under one id in all attempts', async () => {
    const receiver = await startReceiver(broken, broken, {});
    const secrets = [newWebhookSecret(), newWebhookSecret()];
    const world = new WebhookWorld({ secrets });
    await world.end(receiver.url);
    const { elapsedMs } = await world.run();
    expect(elapsedMs).toBe(3_000);
    expect(receiver.requests).toHaveLength(3);
    const headers = receiver.headers as Record<string, string>[];
    for (const [index, body] of receiver.bodies.entries()) {
      for (const secret of secrets)
        expect(new Webhook(secret).verify(body, headers[index] ?? {})).toMatchObject({ type: 'operation.succeeded' });
      expect(() => new Webhook(newWebhookSecret()).verify(body, headers[index] ?? {})).toThrow('No matching signature');
    }
    expect(new Set(headers.map((sent) => sent['webhook-id'])).size).toBe(1);
  });

  test('without a secret has no signature', async () => {
    const receiver = await startReceiver({});
    const world = new WebhookWorld();
    await world.end(receiver.url);
    await world.run();
    expect(receiver.headers[0]).toHaveProperty('webhook-id');
    expect(receiver.headers[0]).not.toHaveProperty('webhook-signature');
  });

  test.each([
    ['result', { end: 'succeeded', resultBlob: 'r', bytes: 65_537 }, 'r'],
    [
      'result of an earlier attempt of the same size',
      { end: 'succeeded', resultBlob: 'r', bytes: 65_537, wholeBlob: 'w' },
      'w',
    ],
    ['list of errors', { end: 'failed', error: failure, detailsBlob: 'd' }, 'd'],
  ])('has only the location of a %s of over 64 KiB', async (_, output, blob) => {
    const receiver = await startReceiver({});
    const world = new WebhookWorld();
    world.blobs.set('d', JSON.stringify([{ ...failure, message: 'x'.repeat(65_536) }]));
    await world.end(receiver.url, output);
    await world.run();
    const [event] = eventsIn(receiver) as { data: object }[];
    expect(event?.data).toMatchObject({ resultLocation: `https://storage.test/${blob}` });
    expect(receiver.bodies[0]?.length).toBeLessThan(1_000);
  });

  test('waits for the end, however long the delivery was started before', async () => {
    const receiver = await startReceiver({});
    const world = new WebhookWorld();
    const createdAt = await world.start(receiver.url);
    const attempt = { operationId: ID, createdAt, round: 1, attempt: 1 };
    expect(await world.webhooks.deliver(attempt, {})).toBeNull();
    expect(receiver.requests).toEqual([]);
    world.hub.end(ID);
    expect(await world.webhooks.deliver(attempt, {})).toEqual({ state: 'delivered', attempts: 1 });
  });

  test('is not made again by an activity that is repeated, and waits for a slot', async () => {
    const receiver = await startReceiver(broken);
    const world = new WebhookWorld();
    const createdAt = await world.start(receiver.url);
    world.hub.end(ID);
    const attempt = { operationId: ID, createdAt, round: 1, attempt: 1 };
    const release = world.calls.enter();
    expect(await world.webhooks.deliver(attempt, {})).toBeNull();
    release?.();
    const pending = { state: 'pending', attempts: 1, error: 'The webhook answered 500.' };
    expect(await world.webhooks.deliver(attempt, {})).toEqual(pending);
    expect(await world.webhooks.deliver(attempt, {})).toEqual(pending);
    expect(receiver.requests).toHaveLength(1);
    expect((await world.webhooks.show(ID)).value).toMatchObject([{ attempt: 1, statusCode: 500 }]);
  });

  test('is given up after the last attempt', async () => {
    const receiver = await startReceiver({ fault: 'reset' });
    const world = new WebhookWorld();
    await world.end(receiver.url);
    await world.run();
    const { value, state } = await world.webhooks.show(ID);
    expect(state).toBe('givenUp');
    expect(value.map(({ attempt, statusCode, error }) => [attempt, statusCode, error])).toEqual(
      [1, 2, 3].map((attempt) => [attempt, undefined, 'The webhook cannot be reached.']),
    );
  });
});

describe('the URL', () => {
  test('is in neither the history nor the monitor, nor in an error', async () => {
    const receiver = await startReceiver(broken);
    const world = new WebhookWorld();
    await world.end(`${receiver.url}/?token=SECRET`);
    const { result } = await world.run();
    const shown = [world.hub.instances, result, await world.operations.monitor(ID), await world.webhooks.show(ID)];
    expect(JSON.stringify(shown)).not.toContain('SECRET');
    await expect(world.operations.acceptWebhook('ftp://a.test/?token=SECRET')).rejects.toMatchObject({
      message: 'Webhook-Url: The webhook must be http or https.',
      data: { code: 'WebhookRefused', status: 400, target: 'Webhook-Url' },
    });
  });

  test('whose name is resolved to a public address first and to this machine later is refused at the later attempt', async () => {
    const receiver = await startReceiver(broken);
    // The receiver's address counts as public until it is named by the second answer.
    const answers = ['127.0.0.1', '127.0.0.1', '127.0.0.2'];
    const resolve = (): Promise<LookupAddress[]> => Promise.resolve([{ address: answers.shift() ?? '', family: 4 }]);
    const world = new WebhookWorld({
      policy: { allowPrivate: false, resolve, isPublic: (address) => address === '127.0.0.1' },
    });
    await world.end(receiver.url.replace('127.0.0.1', 'hooks.example'));
    expect((await world.run()).result).toEqual({
      state: 'given up',
      attempts: 2,
      error: 'The webhook must be at a public address.',
    });
    expect(receiver.requests).toHaveLength(1);
  });

  test('makes a start another one', async () => {
    const world = new WebhookWorld();
    await world.start('https://a.test/');
    await world.start('https://a.test/');
    await expect(world.start('https://b.test/')).rejects.toMatchObject({ data: { code: 'OperationIdReused' } });
  });
});

describe('a redelivery', () => {
  test('sends the event again under the same id, with as many attempts, and goes on with their numbers', async () => {
    const receiver = await startReceiver(broken, broken, broken, broken, {});
    const world = new WebhookWorld();
    await world.end(receiver.url);
    await world.run();
    await world.webhooks.redeliver(ID);
    expect((await world.webhooks.show(ID)).state).toBe('pending');
    await world.run(2);
    const { value, state } = await world.webhooks.show(ID);
    expect([value.map(({ attempt }) => attempt), state]).toEqual([[1, 2, 3, 4, 5], 'delivered']);
    expect(new Set(receiver.headers.map((sent) => sent['webhook-id'])).size).toBe(1);
  });

  test('ends the attempts of the delivery before', async () => {
    const receiver = await startReceiver(broken);
    const world = new WebhookWorld();
    await world.end(receiver.url);
    await world.webhooks.redeliver(ID);
    expect((await world.run(1)).result).toEqual({ state: 'given up', attempts: 1 });
    expect(receiver.requests).toEqual([]);
    await world.run(2);
    expect(receiver.requests).toHaveLength(3);
  });

  test('keeps the last 50 attempts', async () => {
    const receiver = await startReceiver({});
    const world = new WebhookWorld();
    await world.end(receiver.url);
    await world.run();
    for (let round = 2; round <= 60; round++) {
      await world.webhooks.redeliver(ID);
      await world.run(round);
    }
    const { value } = await world.webhooks.show(ID);
    expect(value.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 50 }, (_, index) => index + 11));
    expect(world.table.rows.filter(({ partitionKey }) => partitionKey === ID)).toHaveLength(52);
  });

  test('needs a webhook and an end', async () => {
    const world = new WebhookWorld();
    await world.start('https://a.test/');
    await expect(world.webhooks.redeliver(ID)).rejects.toMatchObject({ data: { code: 'OperationNotFinished' } });
    expect(await world.webhooks.show(ID)).toEqual({ value: [], state: 'pending' });
    world.hub.end(ID);
    await world.operations.records.webhooks.delete(ID);
    for (const call of [world.webhooks.redeliver(ID), world.webhooks.show(ID)])
      await expect(call).rejects.toMatchObject({ data: { code: 'OperationHasNoWebhook', status: 409 } });
    await expect(world.webhooks.show('another-operation-id')).rejects.toMatchObject({ data: { status: 404 } });
  });
});

describe('deleting the operation', () => {
  test('deletes all of its webhook and ends what is under way', async () => {
    const receiver = await startReceiver({});
    const world = new WebhookWorld();
    await world.end(receiver.url);
    await world.run();
    await world.webhooks.redeliver(ID);
    await world.operations.delete(ID);
    expect(world.table.rows).toEqual([]);
    expect(world.hub.instances).toEqual([]);
  });

  test('while an attempt is made leaves nothing, also when the id is used again', async () => {
    const world = new WebhookWorld();
    const receiver = await startReceiver(broken);
    const createdAt = await world.start(receiver.url);
    world.hub.end(ID);
    await world.operations.delete(ID);
    const attempt = { operationId: ID, createdAt, round: 1, attempt: 1 };
    expect(await world.webhooks.deliver(attempt, {})).toEqual({ state: 'given up', attempts: 1 });
    expect(world.table.rows).toEqual([]);
    await world.end(receiver.url);
    const later = { ...attempt, createdAt: new Date(Date.parse(createdAt) - 1).toISOString() };
    expect(await world.webhooks.deliver(later, {})).toEqual({ state: 'given up', attempts: 1 });
    expect(receiver.requests).toEqual([]);
  });
});

describe('the sweep', () => {
  test('starts the delivery of an operation that was terminated, once', async () => {
    const receiver = await startReceiver({});
    const world = new WebhookWorld();
    await world.start(receiver.url);
    await world.sweep();
    expect(world.hub.instances).toHaveLength(1);
    await world.hub.terminate(ID, 'by an operator');
    await world.sweep();
    await world.sweep();
    await world.run();
    expect(eventsIn(receiver)).toMatchObject([{ type: 'operation.canceled', data: { runtimeStatus: 'Terminated' } }]);
    await world.sweep();
    const delivery = deliveryInstanceOf(ID, 1);
    expect(world.hub.starts.filter((started) => started === delivery)).toEqual([delivery]);
  });

  test('starts a delivery again that ended without an attempt', async () => {
    const receiver = await startReceiver({});
    const world = new WebhookWorld();
    await world.end(receiver.url);
    world.hub.end(deliveryInstanceOf(ID, 1), 'Orchestrator function failed');
    await world.sweep();
    await world.run();
    expect(receiver.requests).toHaveLength(1);
  });

  test('forgets what an interrupted deletion left', async () => {
    const world = new WebhookWorld();
    await world.operations.records.webhooks.add(ID, 'https://a.test/', new Date().toISOString());
    await world.sweep();
    expect(await world.operations.records.webhooks.waiting('', 10)).toEqual([]);
  });
});

describe('an orchestrator', () => {
  const input = {
    kind: 'test.kind',
    input: {},
    createdAt: '2026-11-22T04:15:00.000Z',
    retry: { attempts: 1, firstWaitMs: 1 },
  };
  const run = (steps: () => unknown, more: object = {}, started: () => unknown = () => ({ ok: true, value: null })) => {
    const kind = defineOperation<unknown, unknown>({
      kind: 'test.kind',
      input: z.unknown(),
      result: z.unknown(),
      run: function* () {
        yield* [];
        return steps() as { ok: true; value: unknown };
      },
    });
    return runOrchestrator(operationOrchestrator(kind), {
      instanceId: ID,
      input: { ...input, ...more },
      activities: { [START_DELIVERY]: started },
    });
  };
  const done = () => ({ ok: true, value: 1 });
  const starts = [[START_DELIVERY, { createdAt: input.createdAt, operationId: ID }]];

  test('starts the delivery as its last step', async () => {
    const { calls, result } = await run(done, { webhook: true });
    expect([calls, result]).toEqual([starts, { end: 'succeeded', result: 1 }]);
  });

  test('has no such step without a webhook', async () => {
    expect((await run(done)).calls).toEqual([]);
  });

  test('ends as it would when the delivery cannot be started', async () => {
    const away = { ok: false, error: commonErrors.ServiceUnavailable('away').data };
    const { result, elapsedMs } = await run(done, { webhook: true }, () => away);
    expect([result, elapsedMs]).toEqual([{ end: 'succeeded', result: 1 }, 0]);
  });

  test('that throws starts the delivery too', async () => {
    const started: unknown[] = [];
    const throwing = () => {
      throw new Error('a fault');
    };
    const failing = run(throwing, { webhook: true }, () => {
      started.push(1);
      return { ok: true, value: null };
    });
    await expect(failing).rejects.toThrow('a fault');
    expect(started).toEqual([1]);
  });
});
