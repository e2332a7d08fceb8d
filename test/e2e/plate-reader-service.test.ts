import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import sharp from 'sharp';

/** The tests run in dist/, the sample pictures are in the source tree. */
const MAIN = path.join(__dirname, '../../services/plate-reader/main.js');
const SAMPLES = path.join(__dirname, '../../../services/image-provider/samples');

interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

interface Answer {
  plate_number?: string;
  box?: Box;
  confidence?: number;
  error?: string;
}

let reader: ChildProcess;
let url: string;

// A real process: native addons do not accept typed arrays of Jest's sandbox.
beforeAll(async () => {
  reader = spawn(process.execPath, [MAIN, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  if (!reader.stdout) throw new Error('The reader has no output.');
  const [line] = (await once(createInterface(reader.stdout), 'line')) as [string];
  expect(line).toMatch(/^ready http:\/\/127\.0\.0\.1:\d+$/);
  url = line.replace('ready ', '');
});

afterAll(async () => {
  reader.kill('SIGTERM');
  const [code] = (await once(reader, 'exit')) as [number | null];
  expect(code).toBe(0);
});

test('by default it has a reader thread for each core, and 32 images may wait', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--help']);
  const help = stdout.replace(/\s+/g, ' ');
  expect(help).toContain(`images read at a time (default: ${availableParallelism()})`);
  expect(help).toContain('further ones get 503 (default: 32)');
});

const sample = (name: string) => readFile(path.join(SAMPLES, name));

async function post(image: Buffer): Promise<Answer & { status: number }> {
  const response = await fetch(`${url}/readPlateNumber`, { method: 'POST', body: new Uint8Array(image) });
  return { status: response.status, ...((await response.json()) as Answer) };
}

const grey = (width: number, height: number) => sharp({ create: { width, height, channels: 3, background: 'grey' } });

test.each([
  ['9965.jpg', 'о101но750'],
  ['10022.jpg', 'с181мв190'],
])('reads the Russian plate on %s', async (name, plate) => {
  const answer = await post(await sample(name));
  expect(answer).toMatchObject({ status: 200, plate_number: plate });
  expect(answer.confidence).toBeGreaterThan(0.3);
  expect(answer.confidence).toBeLessThanOrEqual(1);
});

/** The plate on 10022.jpg, an image of 800 by 600 pixels. */
const PLACE = { x: 280, y: 329, width: 252, height: 65 };

function expectBox(box: Box | undefined, expected: Box, tolerance: number): void {
  for (const side of ['x', 'y', 'width', 'height'] as const)
    expect(Math.abs((box?.[side] ?? NaN) - expected[side])).toBeLessThanOrEqual(tolerance);
}

test('reads PNG, WebP and an image with an EXIF rotation, and says where a browser shows the plate', async () => {
  const image = await sample('10022.jpg');
  const plate = { plate_number: 'с181мв190' };
  const png = await post(await sharp(image).png().toBuffer());
  expect(png).toMatchObject(plate);
  expectBox(png.box, PLACE, 5);
  expect(await post(await sharp(image).webp().toBuffer())).toMatchObject(plate);
  const turned = await post(await sharp(image).rotate(270).withMetadata({ orientation: 6 }).jpeg().toBuffer());
  expect(turned).toMatchObject(plate);
  expectBox(turned.box, PLACE, 5);
});

test('says where the plate is on an image that it scales down', async () => {
  const image = await sharp(await sample('10022.jpg'))
    .resize({ width: 3_200 })
    .jpeg()
    .toBuffer();
  const { x, y, width, height } = PLACE;
  expectBox((await post(image)).box, { x: 4 * x, y: 4 * y, width: 4 * width, height: 4 * height }, 20);
});

test('finds no plate where there is none', async () => {
  const empty = await grey(320, 240).jpeg().toBuffer();
  expect(await post(empty)).toEqual({ status: 422, error: 'no plate found' });
});

test('rejects what it cannot decode: text, a truncated JPEG, another format, an empty body', async () => {
  const image = await sample('10022.jpg');
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
  for (const bytes of [Buffer.from('hello'), image.subarray(0, image.length / 2), svg, Buffer.alloc(0)]) {
    expect(await post(bytes)).toEqual({ status: 400, error: 'invalid image' });
  }
});

test('rejects a small file with a very large picture', async () => {
  const bomb = await grey(10_000, 9_000).png({ compressionLevel: 9 }).toBuffer();
  expect(bomb.length).toBeLessThan(1_000_000);
  expect(await post(bomb)).toEqual({ status: 400, error: 'invalid image' });
});
