import fs from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../dev/plan.js';
import { startStack } from '../../dev/stack.js';
import { Client } from '../support/client.js';

/** Photographs that are not part of the project (see the README of that folder). */
const SHARED = '../shared';
const SEED = `${SHARED}/data/plates/seed`;
const PLATES = [
  [9965, 'о101но750'],
  [10022, 'с181мв190'],
] as const;

const isThere = (folder: string) => fs.existsSync(path.join(ROOT, folder));
/** Who has the project alone has none to read; in CI a shared folder that has lost them is a failure. */
const isDue = isThere(SEED) || (process.env.CI === 'true' && isThere(SHARED));
const missing = isThere(SHARED) ? SEED : SHARED;
const [testIfDue, why] = isDue ? [test, ''] : [test.skip, ` (skipped: there is no folder ${missing})`];

testIfDue(`reads the contract’s two photographs, one by one and as a batch${why}`, async () => {
  expect([SEED, isThere(SEED)]).toEqual([SEED, true]);
  const stack = await startStack({ imagesDir: path.join(ROOT, SEED) });
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
