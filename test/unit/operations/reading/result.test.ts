import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { ReadableStream } from 'node:stream/web';
import { OrchestrationRuntimeStatus } from 'durable-functions';
import { mapStatements } from '../../../../src/bank-map/map.orchestrator.js';
import { type OperationKind } from '../../../../src/operations/define.js';
import { summaryOf } from '../../../../src/operations/monitor.js';
import { resultReply } from '../../../../src/operations/reading/result.js';
import { type OperationEnd } from '../../../../src/operations/schemas.js';
import { recognize } from '../../../../src/plates/recognize.orchestrator.js';
import { recognizeBatch } from '../../../../src/plates/recognize-batch.orchestrator.js';
import { type Reply } from '../../../../src/platform/http/route.js';

const ID = 'operation-under-test';

interface Asked {
  kind?: unknown;
  output?: OperationEnd;
  runtimeStatus?: OrchestrationRuntimeStatus;
  accept?: string;
  blobs?: Record<string, AsyncIterable<Uint8Array>>;
}

function replyTo({ kind = recognizeBatch, output, runtimeStatus, accept, blobs = {} }: Asked): Promise<Reply> {
  const asked = kind as OperationKind;
  const instance = {
    name: asked.functionName,
    instanceId: ID,
    createdTime: new Date(),
    lastUpdatedTime: new Date(),
    input: {},
    output,
    runtimeStatus: runtimeStatus ?? OrchestrationRuntimeStatus.Completed,
  };
  const monitor = summaryOf(instance, asked.kind, 1_000);
  const stream = (name: string) => Promise.resolve(blobs[name] && Readable.from(blobs[name]));
  return resultReply({ header: () => accept }, { kind: asked, instance, monitor }, { stream });
}

/** The answer with its body as text. */
async function ask(asked: Asked) {
  const reply = await replyTo(asked);
  const body = reply.body as string | ReadableStream | { error: object };
  return { ...reply, body: body instanceof ReadableStream ? await text(body) : body };
}

const batch = {
  succeeded: 1,
  failed: 1,
  results: [
    { imageId: 1, plateNumber: 'с181мв190', confidence: 0.91 },
    { imageId: 2, error: { code: 'ImageNotFound', message: 'There is no image 2, or it is "gone".' } },
  ],
};
const BATCH_CSV =
  'imageId,plateNumber,confidence,errorCode,errorMessage\r\n' +
  '1,с181мв190,0.91,,\r\n' +
  '2,,,ImageNotFound,"There is no image 2, or it is ""gone""."\r\n';

async function* bytes(...chunks: string[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield await Promise.resolve(Buffer.from(chunk));
}

test('is JSON by default', async () => {
  const { status, headers, body } = await ask({ output: { end: 'succeeded', result: batch } });
  expect([status, JSON.parse(body as string)]).toEqual([200, batch]);
  expect(headers).toMatchObject({
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Disposition': `inline; filename="plates.recognizeBatch-${ID}.json"`,
    Vary: 'Accept',
  });
});

test('is CSV for a client that prefers it', async () => {
  const { headers, body } = await ask({ output: { end: 'succeeded', result: batch }, accept: 'text/csv' });
  expect(body).toBe(BATCH_CSV);
  expect(headers).toMatchObject({
    'Content-Type': 'text/csv; charset=utf-8; header=present',
    'Content-Disposition': `attachment; filename="plates.recognizeBatch-${ID}.csv"`,
  });
});

test.each(['application/json', 'text/csv'])('that is stored is streamed as %s', async (accept) => {
  const json = JSON.stringify(batch);
  const blobs = { 'result.json': bytes(json.slice(0, 60), json.slice(60)) };
  const output: OperationEnd = { end: 'succeeded', resultBlob: 'result.json', bytes: json.length };
  expect((await ask({ output, accept, blobs })).body).toBe(accept === 'text/csv' ? BATCH_CSV : json);
});

test('is whole also where the monitor has the first entries of a list only', async () => {
  const output: OperationEnd = { end: 'succeeded', resultBlob: 'first.json', bytes: 1, wholeBlob: 'whole.json' };
  const blobs = { 'first.json': bytes('[1]'), 'whole.json': bytes('[1,2]') };
  expect((await ask({ output, blobs })).body).toBe('[1,2]');
});

test('null is a result', async () => {
  expect((await ask({ output: { end: 'succeeded', result: null } })).body).toBe('null');
});

test('of a kind without a table has no CSV', async () => {
  const asked = ask({ kind: recognize, output: { end: 'succeeded', result: {} }, accept: 'text/csv' });
  await expect(asked).rejects.toMatchObject({ data: { code: 'NotAcceptable', status: 406 } });
});

test('of an operation that runs is 409, with the time of the next poll', async () => {
  const { status, headers, body } = await ask({ runtimeStatus: OrchestrationRuntimeStatus.Running });
  expect([status, body]).toMatchObject([409, { error: { code: 'OperationNotFinished' } }]);
  expect(headers).toMatchObject({ 'Retry-After': '1', 'x-ms-error-code': 'OperationNotFinished' });
});

test.each<[OperationEnd, object]>([
  [
    { end: 'failed', error: { code: 'X', message: 'y', status: 404, target: 'z' } },
    { code: 'X', message: 'y', target: 'z' },
  ],
  [{ end: 'canceled' }, { code: 'OperationCanceled' }],
])('%j has no result', async (output, detail) => {
  const { status, body } = await ask({ output });
  expect([status, body]).toMatchObject([409, { error: { code: 'OperationHasNoResult', details: [detail] } }]);
});

describe('of the bank mapping', () => {
  const main = { item: { no: '1000', type: 'G/L Account', name: 'Rent' }, type: 'Similarity', similarity: 0.9 };
  const mapping = (n: number) => ({
    entry: {
      amount: -n - 0.5,
      date: '2026-11-24T00:00:00',
      msg: n === 0 ? '=cmd()' : 'a "message", long',
      currency: 'EUR',
      desc: 'Müller',
      id: `line ${n}`,
      type: 'Debit',
      bank_account: '00012',
    },
    ...(n === 1 ? { main: {} } : { main: { ...main, confidence_score: 0.8, recommended: true } }),
    alternatives: Array(20).fill({ ...main, details: {} }),
  });

  async function* stored(count: number, onSent: (n: number) => void): AsyncGenerator<Uint8Array> {
    yield Buffer.from('{"company":"c","mappings":[');
    for (let n = 0; n < count; n++) {
      onSent(n);
      yield await Promise.resolve(Buffer.from(`${n > 0 ? ',' : ''}${JSON.stringify(mapping(n))}`));
    }
    yield Buffer.from('],"info":{}}');
  }

  test('is one row for each of 20,000 lines, which are never held together', async () => {
    const count = 20_000;
    let sent = 0;
    const blobs = { 'result.json': stored(count, (n) => (sent = n)) };
    const output: OperationEnd = { end: 'succeeded', resultBlob: 'result.json', bytes: 1 };
    const reply = await replyTo({ kind: mapStatements, output, accept: 'text/csv', blobs });
    const lines: string[] = [];
    let rest = '';
    let furthestAhead = 0;
    for await (const chunk of reply.body as ReadableStream<Uint8Array>) {
      const parts = (rest + Buffer.from(chunk).toString()).split('\r\n');
      rest = parts.pop() ?? '';
      lines.push(...parts);
      furthestAhead = Math.max(furthestAhead, sent - lines.length);
    }
    expect(rest).toBe('');
    expect(lines).toHaveLength(count + 1);
    expect(lines[1]).toBe(
      "2026-11-24T00:00:00,00012,line 0,Debit,-0.5,EUR,Müller,'=cmd(),G/L Account,1000,Rent,Similarity,0.9,0.8,true,,,",
    );
    expect(lines[2]).toBe('2026-11-24T00:00:00,00012,line 1,Debit,-1.5,EUR,Müller,"a ""message"", long",,,,,,,,,,');
    expect(lines[0]?.split(',')).toHaveLength(18);
    expect(furthestAhead).toBeLessThan(count / 2);
  });

  test('that ends in the middle is an error, not a shorter table', async () => {
    const blobs = { 'result.json': bytes('{"mappings":[{},', '{}') };
    const output: OperationEnd = { end: 'succeeded', resultBlob: 'result.json', bytes: 1 };
    await expect(ask({ kind: mapStatements, output, accept: 'text/csv', blobs })).rejects.toThrow('not JSON');
  });
});
