import { type ReadableStream } from 'node:stream/web';
import { operationErrors } from '../../../src/operations/errors.js';
import { eventsReply, type EventsOptions } from '../../../src/operations/events.js';
import { pendingMonitor } from '../../../src/operations/monitor.js';
import { eventOf as show, representationOf } from '../../../src/operations/replies.js';
import { type Monitor } from '../../../src/operations/schemas.js';
import { commonErrors } from '../../../src/platform/errors.js';

const pending = pendingMonitor('0123456789abcdef', 'test.kind', '2026-11-22T04:15:00.000Z');
const running: Monitor = { ...pending, status: 'Running', runtimeStatus: 'Running' };
const done: Monitor = { ...pending, status: 'Succeeded', runtimeStatus: 'Completed', result: 'line\nline' };

const idOf = (monitor: Monitor) => representationOf(monitor).etag;
const eventOf = (monitor: Monitor) =>
  `event: status\nid: ${idOf(monitor)}\ndata: ${representationOf(monitor).body}\n\n`;

/** What a poll returns, one after another; undefined never answers. */
type Shown = Monitor | Error | undefined;

function open(first: Monitor, shown: Shown[], options: Partial<EventsOptions> = {}) {
  const signals: AbortSignal[] = [];
  const poll = (_ms: number, signal: AbortSignal) => {
    signals.push(signal);
    const next = shown.shift();
    if (next instanceof Error) return Promise.reject(next);
    if (next) return Promise.resolve(next);
    return new Promise<Monitor>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  };
  const reply = eventsReply(first, { poll, show }, { heartbeatMs: 60_000, lastEventId: undefined, ...options });
  const reader = (reply.body as ReadableStream<Uint8Array> | undefined)?.getReader();
  const read = async () => {
    const { value } = (await reader?.read()) ?? {};
    return value && Buffer.from(value).toString();
  };
  const readAll = async () => {
    const chunks: string[] = [];
    for (let chunk = await read(); chunk !== undefined; chunk = await read()) chunks.push(chunk);
    return chunks;
  };
  return { reply, signals, read, readAll, cancel: () => reader?.cancel() };
}

test('the monitor is sent immediately and at every change, until it is final', async () => {
  const { reply, readAll } = open(pending, [pending, running, running, done]);
  expect([reply.status, reply.headers?.['Content-Type']]).toEqual([200, 'text/event-stream; charset=utf-8']);
  expect(await readAll()).toEqual([pending, running, done].map(eventOf));
});

test('a client with the current state does not get it again, and one with an older state gets it immediately', async () => {
  const resumed = open(running, [running, done], { lastEventId: idOf(running) });
  expect(await resumed.readAll()).toEqual([': nothing new\n\n', eventOf(done)]);
  const behind = open(done, [], { lastEventId: idOf(running) });
  expect(await behind.readAll()).toEqual([eventOf(done)]);
});

test('a client with the final state gets 204', () => {
  expect(open(done, [], { lastEventId: idOf(done) }).reply).toEqual({ status: 204 });
});

test('silence is broken by comments', async () => {
  const { read, cancel } = open(running, [], { heartbeatMs: 5 });
  expect([await read(), await read(), await read()]).toEqual([
    eventOf(running),
    ': nothing new\n\n',
    ': nothing new\n\n',
  ]);
  await cancel();
});

test('a temporary failure does not end the stream', async () => {
  const { readAll } = open(running, [commonErrors.ServiceUnavailable('Away.'), done]);
  expect(await readAll()).toEqual([running, done].map(eventOf));
});

test('a deleted operation ends the stream, and an unexpected error breaks it', async () => {
  const deleted = open(running, [operationErrors.OperationNotFound('There is no such operation.')]);
  expect(await deleted.readAll()).toEqual([eventOf(running)]);
  await expect(open(running, [new Error('a bug')]).readAll()).rejects.toThrow('a bug');
});

test('a client that disconnects ends the polls immediately', async () => {
  const { read, signals, cancel } = open(running, []);
  await read();
  const waiting = read();
  await new Promise((resolve) => setImmediate(resolve));
  await cancel();
  expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  await waiting;
});

test('the polls of a silent stream become rare, also after a heartbeat, and frequent after a change', async () => {
  const waits: number[] = [];
  const states = [running, running, running, done];
  const poll = (ms: number, signal: AbortSignal) => {
    waits.push(ms);
    if (waits.length !== 3) return Promise.resolve(states.shift() ?? done);
    return new Promise<Monitor>((_resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error));
    });
  };
  const { body } = eventsReply(pending, { poll, show }, { heartbeatMs: 60, lastEventId: undefined });
  let text = '';
  for await (const chunk of body as ReadableStream<Uint8Array>) text += Buffer.from(chunk).toString();
  expect(text).toBe(`${eventOf(pending)}${eventOf(running)}: nothing new\n\n${eventOf(done)}`);
  expect(waits).toEqual([10, 10, 15, 15, 22.5]);
});

test('there are polls between heartbeats, however short their interval is', async () => {
  const waits: number[] = [];
  const poll = (ms: number) => {
    waits.push(ms);
    return Promise.resolve(waits.length < 9 ? running : done);
  };
  const { body } = eventsReply(running, { poll, show }, { heartbeatMs: 20, lastEventId: undefined });
  for await (const _ of body as ReadableStream<Uint8Array>); // to its end
  expect(Math.max(...waits)).toBeLessThanOrEqual(10);
});
