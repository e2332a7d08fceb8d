import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { ROOT } from '../../dev/plan.js';
import { startStack, type Stack } from '../support/test-stack.js';
import { Client } from '../support/client.js';

const EXAMPLE = 'examples/thumbnails';
const TUTORIAL = fs.readFileSync(path.join(ROOT, 'docs/tutorial-your-own-operation.md'), 'utf8');
/** What a build, an installation, a run and the reader leave in the example's folder. */
const NOT_SHOWN = ['README.md', 'dist', 'node_modules', '.longhaul', 'local.settings.json', 'package-lock.json'];

/** Files of the example by path from the project's folder. */
function filesIn(folder: string): string[] {
  return fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`;
    if (NOT_SHOWN.includes(entry.name)) return [];
    return entry.isDirectory() ? filesIn(name) : [name];
  });
}

/** A file that the tutorial shows: its path on a line of its own, then a code block. */
const SHOWN_FILE = /^`(examples\/[^`]+)`:\n\n```\w+\n(.*?)^```$/gms;

test('the tutorial shows every file of the example as it is', () => {
  const shown = [...TUTORIAL.matchAll(SHOWN_FILE)].map(([, name = '', text]) => [name, text] as const);
  const files = filesIn(EXAMPLE).map((name) => [name, fs.readFileSync(path.join(ROOT, name), 'utf8')] as const);
  expect(Object.fromEntries(shown)).toEqual(Object.fromEntries(files));
});

test('the tutorial’s example has the image library of this project', () => {
  const manifest = (folder: string) =>
    JSON.parse(fs.readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as Record<
      string,
      Record<string, string>
    >;
  const { dependencies, devDependencies } = manifest('.');
  expect(manifest(EXAMPLE).dependencies).toEqual({ sharp: { ...devDependencies, ...dependencies }.sharp });
});

describe('the tutorial’s example', () => {
  let stack: Stack;
  let app: Client;
  beforeAll(async () => {
    const compiler = [require.resolve('typescript/bin/tsc'), '-p', path.join(ROOT, EXAMPLE)];
    await promisify(execFile)(process.execPath, compiler);
    stack = await startStack({
      app: path.join(ROOT, EXAMPLE),
      services: ['imageProvider'],
    });
    app = new Client(stack.url);
  });
  afterAll(() => stack.stop());

  const create = (body: object) => app.post('/thumbnails/create', body, { Prefer: 'wait=30' });

  test('makes a thumbnail by image id', async () => {
    const { status, body } = await create({ imageId: 10022, width: 120 });
    expect([status, body.status]).toEqual([200, 'Succeeded']);
    const { path: location, width, height } = body.result as { path: string; width: number; height: number };
    const response = await fetch(new URL(location, stack.url));
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/jpeg']);
    const picture = await sharp(await response.arrayBuffer()).metadata();
    expect(picture).toMatchObject({ format: 'jpeg', width: 120, height });
    expect(width).toBe(120);
  });

  test('starts one operation for a repeated id, as every operation does', async () => {
    const headers = { 'Operation-Id': 'thumbnail-of-9965-0001', Prefer: 'wait=30' };
    const [first, second] = [
      await app.post('/thumbnails/create', { imageId: 9965 }, headers),
      await app.post('/thumbnails/create', { imageId: 9965 }, headers),
    ];
    expect(second.body).toEqual(first.body);
    expect(first.body).toMatchObject({ status: 'Succeeded', result: { width: 200 } });
  });

  test('fails with a code of its own for an unknown image, which then has no thumbnail', async () => {
    const { status, body } = await create({ imageId: 404 });
    expect([status, body.status]).toEqual([200, 'Failed']);
    expect(body.error).toMatchObject({ code: 'SourceImageNotFound', message: 'The image provider has no image 404.' });
    expect(await app.get(`/thumbnails/${body.id}`)).toMatchObject({
      status: 404,
      body: { error: { code: 'ThumbnailNotFound' } },
    });
  });

  test('refuses a request that its schema does not allow', async () => {
    expect(await create({ imageId: 10022, width: 5 })).toMatchObject({
      status: 400,
      body: { error: { code: 'InvalidRequest', target: 'width' } },
    });
  });

  test('deletes the thumbnail with its operation', async () => {
    const { body } = await create({ imageId: 10022 });
    expect((await app.get(`/thumbnails/${body.id}`)).status).toBe(200);
    expect((await app.send('DELETE', `/status/${body.id}`)).status).toBe(204);
    expect((await app.get(`/thumbnails/${body.id}`)).status).toBe(404);
  });

  test('describes its routes in its OpenAPI document', async () => {
    const document = (await app.get('/openapi.json')).body as unknown as {
      info: { title: string };
      paths: Record<string, object>;
    };
    expect(document.info.title).toBe('Thumbnails');
    expect(Object.keys(document.paths['/thumbnails/create'] ?? {})).toEqual(['post']);
    expect(Object.keys(document.paths['/thumbnails/{id}'] ?? {})).toEqual(['get']);
    expect(Object.keys(document.paths)).toContain('/status/{id}:cancel');
  });
});
