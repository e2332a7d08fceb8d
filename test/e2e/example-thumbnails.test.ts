import sharp from 'sharp';
import { startExampleApp, type ExampleApp } from '../support/example-app.js';
import { startFakeService, type FakeService } from '../support/fake-service.js';

let provider: FakeService;
let app: ExampleApp;

beforeAll(async () => {
  const image = await sharp({ create: { width: 400, height: 300, channels: 3, background: 'red' } })
    .png()
    .toBuffer();
  const once: { status?: number; body?: Buffer }[] = Array.from({ length: 3 }, () => ({ status: 503 }));
  // The attempts of one activity; an image; no image at all; then an outage.
  provider = await startFakeService([...once, { body: image }, { body: Buffer.of() }, { status: 503 }]);
  app = await startExampleApp('thumbnails', { IMAGE_PROVIDER_URL: provider.url });
});

afterAll(() => provider.close());

const create = () => app.start('/thumbnails/create', JSON.stringify({ imageId: 7 }));

test('a thumbnail is made after an outage of the image provider, in a wait that takes no time', async () => {
  const id = await create();
  expect(await app.monitor(id)).toMatchObject({ status: 'Running', waitingFor: 'upstream' });
  await app.host.advanceTo(id);
  expect(await app.monitor(id)).toMatchObject({ status: 'Succeeded', result: { width: 200, height: 150 } });
  await expect(app.host.replay(app.host.history(id))).resolves.toBeUndefined();
});

test('an empty image fails with the code of an invalid one', async () => {
  const id = await create();
  expect(await app.monitor(id)).toMatchObject({ status: 'Failed', error: { code: 'SourceImageInvalid' } });
});

test('an outage that does not end fails after the seventh attempt', async () => {
  const before = app.host.now.getTime();
  const id = await create();
  await app.host.completed(id);
  expect(await app.monitor(id)).toMatchObject({ status: 'Failed', error: { code: 'SourceUnavailable' } });
  expect(app.host.now.getTime() - before).toBeGreaterThan(100_000);
});
