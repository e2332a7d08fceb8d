import {
  createClient,
  OperationCanceledError,
  OperationFailedError,
  type LonghaulClient,
  type OperationStatus,
  type RecognizeBatchResult,
} from '@longhaul/client';
import { startStack, type Stack } from '../support/test-stack.js';
import { zipOf } from '../support/bank-map-zip.js';
import { setFault } from '../support/client.js';
import { startRelay, type Relay } from '../support/relay.js';

/** What a program with the client sees of the app; faults of the network are in the unit tests. */

let stack: Stack;
let relay: Relay;
let longhaul: LonghaulClient;
beforeAll(async () => {
  stack = await startStack({
    services: ['imageProvider', 'plateReader', 'bankMapMl'],
    faults: true,
    env: { IMAGE_PROVIDER_TIMEOUT_MS: '120000' },
  });
  relay = await startRelay(stack.url);
  longhaul = createClient({ baseUrl: relay.url });
});
afterAll(async () => {
  relay.close();
  await stack.stop();
});
afterEach(() => setFault(stack.imageProvider.url));

test('a batch is followed over lost connections to its result', async () => {
  const operation = await longhaul.plates.recognizeBatch({ imageIds: [10022, 404404] });
  const statuses: OperationStatus[] = [];
  for await (const { status } of operation.updates()) {
    statuses.push(status);
    relay.cut();
  }
  expect(statuses.at(-1)).toBe('Succeeded');
  expect(statuses.slice(0, -1)).not.toContain('Succeeded');
  const { results } = await longhaul.resume<RecognizeBatchResult>(operation.token).result();
  expect(results.map(({ plateNumber, error }) => plateNumber ?? error?.code)).toEqual(['с181мв190', 'ImageNotFound']);
});

test('an operation is listed, canceled and deleted', async () => {
  await setFault(stack.imageProvider.url, { mode: 'slow', delayMs: 600_000 });
  const operation = await longhaul.plates.recognize({ imageId: 10022 });
  const result = operation.result();
  expect(await longhaul.operations.cancel(operation.id)).toMatchObject({ id: operation.id, cancelRequested: true });
  await expect(result).rejects.toThrow(OperationCanceledError);
  const pages: string[][] = [];
  for await (const page of longhaul.operations.list({ top: 1 })) pages.push(page.map(({ id }) => id));
  expect(pages.flat()).toContain(operation.id);
  expect(pages.length).toBeGreaterThan(1);
  await longhaul.operations.delete(operation.id);
  await expect(longhaul.operations.get(operation.id)).rejects.toMatchObject({ status: 404, code: 'OperationNotFound' });
});

test('a failed operation has its code', async () => {
  const operation = await longhaul.plates.recognize({ imageId: 404404 });
  const thrown = await operation.result().catch((caught: unknown) => caught);
  expect(thrown).toBeInstanceOf(OperationFailedError);
  expect(thrown).toMatchObject({ code: 'ImageNotFound', operationId: operation.id });
});

test('a refused start names the field', async () => {
  await expect(longhaul.plates.recognizeBatch({ imageIds: [] })).rejects.toMatchObject({
    status: 400,
    target: 'imageIds',
    retryable: false,
  });
});

test('a zip is mapped', async () => {
  const operation = await longhaul.bankMap.map(new Blob([zipOf()]), { company: 'demo' });
  const { mappings } = await operation.result();
  expect(mappings.map(({ main }) => main && 'item' in main && main.item.no)).toEqual(['C1']);
  expect(operation.started?.job_id).toMatch(/_/);
});

test('a file is uploaded over lost connections', async () => {
  const text = `INT. KITCHEN - DAY\n\n${'A man sits at a table.\n'.repeat(400_000)}`;
  const onProgress = (stored: number, total = 0) => stored < total && relay.cut();
  const { id } = await longhaul.files.upload(new Blob([text]), { name: 'script.txt', onProgress });
  expect(await longhaul.request('GET', `/files/${id}/`)).toMatchObject({ id, name: 'script.txt', size: text.length });
});

test('a book is announced', async () => {
  const request = {
    name: 'a',
    files: [{ path: 'a.txt', hash: 'a'.repeat(64), size: 1 }],
    clientName: 'test',
    clientVersion: '1',
  };
  const operation = await longhaul.books.uploadStart('new', request);
  expect(await operation.result()).toMatchObject({ filesToUpload: ['a.txt'] });
});
