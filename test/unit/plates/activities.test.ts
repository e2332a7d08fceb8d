import { InvocationContext } from '@azure/functions';
import { createCancellationWatch } from '../../../src/operations/cancellation.js';
import { operationErrors } from '../../../src/operations/errors.js';
import { createPlateActivities } from '../../../src/plates/activities.js';
import { plateErrors } from '../../../src/plates/errors.js';
import {
  RECOGNIZE_IMAGE,
  RECOGNIZE_IMAGES,
  type PlateReading,
  reusedBlobName,
  STORE_REUSED,
} from '../../../src/plates/schemas.js';
import { createLimit } from '../../../src/platform/limit.js';
import { settle } from '../../support/manual-clock.js';

const OTHER = 'another-operation-id';
const PAUSED = 503;
const ok = (value: unknown) => ({ ok: true, value });
const plate = (imageId: number): PlateReading => ({ plateNumber: `a${imageId}` });

/** The activities with one place for a batch and one for a single image; images end when the test says. */
function setUp() {
  const limit = createLimit(2);
  let isCanceled = false;
  const begun: number[] = [];
  const ends = new Map<number, () => void>();
  const stored = new Map<string, string>();
  const activities = createPlateActivities({
    blobs: {
      get: () => Promise.resolve(undefined),
      put: (name, bytes) => Promise.resolve(void stored.set(name, bytes.toString())),
    },
    imageProvider: { getImage: (imageId) => Promise.resolve(Buffer.from(String(imageId))) },
    plateReader: {
      async read(image) {
        const imageId = Number(image.toString());
        begun.push(imageId);
        await new Promise<void>((resolve) => ends.set(imageId, resolve));
        if (imageId === PAUSED) throw operationErrors.UpstreamPaused('Paused.', { target: 'plateReader' });
        if (imageId === 404) throw plateErrors.ImageNotFound('There is no such image.');
        return plate(imageId);
      },
    },
    limit,
  });
  const watch = createCancellationWatch({ isCancelRequested: () => Promise.resolve(isCanceled) });
  const call = (name: string, input: object) => {
    const handler = activities[name]?.(watch);
    const given = { operationId: 'operation-under-test', scheduledAt: Date.now(), ...input };
    if (!handler) throw new Error(`There is no activity ${name}.`);
    return handler(given, new InvocationContext({ functionName: name, logHandler: () => undefined }));
  };
  return {
    call,
    stored,
    begun,
    cancel: () => (isCanceled = true),
    end: async (imageId: number) => {
      await settle();
      ends.get(imageId)?.();
      await settle();
    },
  };
}

test('an image without room is answered without waiting', async () => {
  const { call, begun, end } = setUp();
  const images = [1, 2].map((imageId) => call(RECOGNIZE_IMAGE, { imageId, noWait: true }));
  await settle();
  expect(await call(RECOGNIZE_IMAGE, { imageId: 3, noWait: true })).toEqual(ok(null));
  expect(begun).toEqual([1, 2]);
  await end(1);
  await end(2);
  expect(await Promise.all(images)).toEqual([ok(plate(1)), ok(plate(2))]);
});

test('an image of a history of before waits for room', async () => {
  const { call, begun, end } = setUp();
  const images = [1, 2, 3].map((imageId) => call(RECOGNIZE_IMAGE, { imageId }));
  await settle();
  expect(begun).toEqual([1, 2]);
  await end(1);
  await images[0];
  while (begun.length < 3) await new Promise((resolve) => setTimeout(resolve, 10));
  await end(2);
  await end(3);
  expect(await Promise.all(images)).toEqual([1, 2, 3].map((imageId) => ok(plate(imageId))));
});

test('images of a batch are read one after the other, also after one that fails', async () => {
  const { call, begun, end } = setUp();
  const images = call(RECOGNIZE_IMAGES, { imageIds: [1, 404, 2], forMs: 60_000 });
  for (const imageId of [1, 404, 2]) {
    await settle();
    expect(begun.at(-1)).toBe(imageId);
    await end(imageId);
  }
  const { data: error } = plateErrors.ImageNotFound('There is no such image.');
  expect(await images).toEqual(ok([ok(plate(1)), { ok: false, error }, ok(plate(2))]));
});

test('a paused service ends the activity, with the images that were read before', async () => {
  const { call, end } = setUp();
  const images = call(RECOGNIZE_IMAGES, { imageIds: [1, PAUSED, 2], forMs: 60_000 });
  await end(1);
  await end(PAUSED);
  expect(await images).toEqual(ok([ok(plate(1))]));
  const next = call(RECOGNIZE_IMAGES, { imageIds: [PAUSED, 2], forMs: 60_000 });
  await end(PAUSED);
  expect(await next).toMatchObject({ ok: false, error: { code: 'UpstreamPaused', target: 'plateReader' } });
});

test('when its time is over, an activity begins no other image', async () => {
  const { call, end } = setUp();
  const images = call(RECOGNIZE_IMAGES, { imageIds: [1, 2], forMs: 0 });
  await end(1);
  expect(await images).toEqual(ok([ok(plate(1))]));
});

test('a batch without room is answered without waiting, and a single image has room beside batches', async () => {
  const { call, begun, end } = setUp();
  const images = call(RECOGNIZE_IMAGES, { imageIds: [1], forMs: 0 });
  await settle();
  expect(await call(RECOGNIZE_IMAGES, { imageIds: [2], forMs: 0, operationId: OTHER })).toEqual(ok([]));
  const single = call(RECOGNIZE_IMAGE, { imageId: 3, noWait: true });
  await end(3);
  expect(await single).toEqual(ok(plate(3)));
  await end(1);
  await images;
  expect(begun).toEqual([1, 3]);
  const again = call(RECOGNIZE_IMAGES, { imageIds: [2], forMs: 0, operationId: OTHER });
  await end(2);
  expect(await again).toEqual(ok([ok(plate(2))]));
});

test('the results of a canceled batch are stored, although it is canceled', async () => {
  const { call, cancel, stored } = setUp();
  cancel();
  const results = [{ imageId: 9, ...plate(9) }];
  expect(await call(STORE_REUSED, { results, scheduledAt: 0 })).toEqual({ ok: true, value: null });
  expect([...stored]).toEqual([[reusedBlobName('operation-under-test'), JSON.stringify(results)]]);
});

test('a canceled batch begins no other image and gives its place back', async () => {
  const { call, cancel, begun, end } = setUp();
  cancel();
  const images = call(RECOGNIZE_IMAGES, { imageIds: [1, 2], forMs: 60_000 });
  await settle();
  await call(RECOGNIZE_IMAGE, { imageId: 9, noWait: true, scheduledAt: 0 }); // checks for the cancellation
  await end(1);
  expect(await images).toMatchObject({ ok: false, error: { code: 'OperationCanceled' } });
  expect(begun).toEqual([1]);
  expect(await call(RECOGNIZE_IMAGES, { imageIds: [1], forMs: 0, operationId: OTHER, scheduledAt: 0 })).toMatchObject({
    ok: false,
    error: { code: 'OperationCanceled' },
  });
});
