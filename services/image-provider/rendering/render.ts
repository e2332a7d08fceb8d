/** Renders the sample images and their truth file: `node dist/services/image-provider/rendering/render.js`. */
import fs from 'node:fs/promises';
import path from 'node:path';
import { photograph } from './camera.js';
import { drawPlate } from './plates.js';
import { seeded } from '../../random.js';
import { SAMPLES, type Sample } from './samples.js';
import { drawScene } from './scene.js';

const FOLDER = path.join(__dirname, '../../../../services/image-provider/samples');
const LATIN = 'ABEKMHOPCTYX';
const CYRILLIC = 'авекмнорстух';

async function render(sample: Sample): Promise<void> {
  const random = seeded(sample.id);
  const svg = drawScene(sample.scene, drawPlate(sample.kind, sample.text, sample.label), random);
  await fs.writeFile(path.join(FOLDER, `${sample.id}.jpg`), await photograph(svg, sample.camera, random));
}

/** The plate number in the reader's format: lower case, no gaps, a Russian plate in Cyrillic. */
function truthOf({ kind, text }: Sample): string {
  const plain = text.replace(/[^A-Z0-9]/g, '');
  if (kind !== 'russian') return plain.toLowerCase();
  return plain.replace(/[A-Z]/g, (letter) => CYRILLIC[LATIN.indexOf(letter)] ?? letter);
}

async function main(): Promise<void> {
  await fs.mkdir(FOLDER, { recursive: true });
  await Promise.all(SAMPLES.map(render));
  const lines = SAMPLES.map((sample) => `${sample.id}\t${truthOf(sample)}\n`);
  await fs.writeFile(path.join(FOLDER, 'truth.tsv'), lines.join(''));
}

main().catch((thrown: unknown) => {
  console.error(thrown);
  process.exitCode = 1;
});
