import { Command } from 'commander';
import { withEndpointOptions } from '../../../admin/endpoint-options.js';
import { recognizeBatch } from '../../../src/plates/recognize-batch.orchestrator.js';
import { recognize } from '../../../src/plates/recognize.orchestrator.js';

const ids = (count: number) => Array.from({ length: count }, (_, id) => id);

describe('what a client may send to an endpoint', () => {
  test.each([
    [recognize, { imageId: 10022 }],
    [recognizeBatch, { imageIds: ids(1_000) }],
  ])('%#: is what its own route takes', (kind, request) => {
    const parsed = kind.onEndpoints?.safeParse(request);
    expect(parsed?.data?.input('an id')).toEqual(request);
    expect(kind.input.safeParse(request).success).toBe(true);
  });

  test.each([
    [recognize, { blob: 'operations/an-operation-of-another-tenant/input' }],
    [recognize, { imageId: 1, blob: 'operations/an-operation-of-another-tenant/input' }],
    [recognize, { imageId: 0.5 }],
    [recognizeBatch, { imageIds: [] }],
    [recognizeBatch, { imageIds: ids(1_001) }],
    [recognizeBatch, { imageIds: [1], operationId: 'x' }],
    [recognizeBatch, null],
  ])('%#: nothing else', (kind, request) => {
    expect(kind.onEndpoints?.safeParse(request)).toMatchObject({ success: false });
  });
});

test.each([
  ['plates.recognize', true],
  ['plates.recognizeBatch', true],
  ['bankMap.map', false],
  ['constructor', false],
])('an endpoint with --kind %s: %s', (kind, isAllowed) => {
  const command = withEndpointOptions(new Command())
    .exitOverride()
    .configureOutput({ writeErr: () => undefined });
  const parse = () => command.parse(['--kind', kind], { from: 'user' });
  if (isAllowed) expect(parse().opts()).toEqual({ kind });
  else expect(parse).toThrow(/Allowed choices are plates\.recognize, plates\.recognizeBatch/);
});
