import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../dev/plan.js';
import { startStack } from '../support/test-stack.js';
import { Client } from '../support/client.js';

/** Photographs that are not part of the project (see the README of that folder). */
const SHARED = '../shared';
const SEED = `${SHARED}/data/plates/seed`;
const PLATES = [
  [9965, 'о101но750'],
  [10022, 'с181мв190'],
] as const;

const exists = (folder: string) => fs.existsSync(path.join(ROOT, folder));
/** Skipped without the shared folder; in CI, a shared folder without the photographs is a failure. */
const isRequired = exists(SEED) || (process.env.CI === 'true' && exists(SHARED));
const missing = exists(SHARED) ? SEED : SHARED;
const [testIfRequired, reason] = isRequired ? [test, ''] : [test.skip, ` (skipped: there is no folder ${missing})`];

testIfRequired(`reads the contract’s two photographs, one by one and as a batch${reason}`, async () => {
  expect([SEED, exists(SEED)]).toEqual([SEED, true]);
  const stack = await startStack({ services: ['imageProvider', 'plateReader'], imagesDir: path.join(ROOT, SEED) });
  try {
    const app = new Client(stack.url);
    for (const [imageId, plateNumber] of PLATES) {
      expect((await app.get(`/plates/${imageId}`)).body).toMatchObject({ imageId, plateNumber });
    }
    const batch = await app.finished(await app.post('/plates/recognize-batch', { imageIds: PLATES.map(([id]) => id) }));
    expect(batch.result).toMatchObject({
      succeeded: 2,
      failed: 0,
      results: PLATES.map(([imageId, plateNumber]) => ({ imageId, plateNumber })),
    });
  } finally {
    await stack.stop();
  }
});
