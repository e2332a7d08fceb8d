import fs from 'node:fs/promises';
import path from 'node:path';
import sharp from 'sharp';
import { SAMPLES } from '../../../dev/plan.js';

const MAX_BYTES = 60_000;

async function truth(): Promise<Map<string, string>> {
  const lines = (await fs.readFile(path.join(SAMPLES, 'truth.tsv'), 'utf8')).trim().split('\n');
  return new Map(lines.map((line) => line.split('\t') as [string, string]));
}

test('every sample is a small JPEG with a known plate', async () => {
  const plates = await truth();
  const files = (await fs.readdir(SAMPLES)).filter((name) => name !== 'truth.tsv');
  expect(files.toSorted()).toEqual([...plates.keys()].map((id) => `${id}.jpg`).toSorted());
  for (const name of files) {
    const file = path.join(SAMPLES, name);
    expect((await fs.stat(file)).size).toBeLessThan(MAX_BYTES);
    expect((await sharp(file).metadata()).format).toBe('jpeg');
  }
});

test('the samples include the images of the contract', async () => {
  const plates = await truth();
  expect(plates.get('10022')).toBe('с181мв190');
  expect(plates.get('9965')).toBe('о101но750');
});

test('plates have the format of the reader: Russian ones in Cyrillic, others in Latin letters', async () => {
  for (const plate of (await truth()).values()) {
    expect(plate).toMatch(/^([авекмнорстух]\d{3}[авекмнорстух]{2}\d{2,3}|[a-z0-9]{4,8})$/);
  }
});
