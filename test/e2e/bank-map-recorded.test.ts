import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable } from 'node:stream';
import { differences } from '../support/bank-map-differences.js';
import { RECORDED_NOW, recordedSamples } from '../support/bank-map-recorded.js';
import { referenceMatch } from '../support/bank-map-reference.js';
import { SHAPES, SHAPES_NOW } from '../support/bank-map-shapes.js';
import { zipOf } from '../support/bank-map-zip.js';
import { eventually } from '../support/eventually.js';
import { startFakeService } from '../support/fake-service.js';
import { rowsOf } from '../support/zip-rows.js';

const MAIN = path.join(__dirname, '../../services/bank-map-ml/main.js');

let service: ChildProcessByStdio<null, Readable, null>;
let url: string;

beforeAll(async () => {
  service = spawn(process.execPath, [MAIN, '--port', '0', '--now', RECORDED_NOW], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(service, 'exit').then(([code]) => Promise.reject(new Error(`The service ended with ${code}.`)));
  const [line] = (await Promise.race([once(createInterface(service.stdout), 'line'), ended])) as [string];
  url = line.replace('ready ', '');
});
afterAll(async () => {
  if (service.exitCode !== null) return;
  service.kill();
  await once(service, 'exit');
});

/** The result of a job for this zip. */
async function mapped(jobName: string, zip: Buffer): Promise<unknown> {
  const input = await startFakeService([{ body: zip }]);
  try {
    const body = JSON.stringify({ company: 'hum', inputUrl: `${input.url}/input.zip`, jobName });
    expect((await fetch(`${url}/jobs`, { method: 'POST', body })).status).toBe(201);
    const job = await eventually(async () => {
      const found = (await (await fetch(`${url}/jobs/${jobName}`)).json()) as { status: string; error?: string };
      return ['Completed', 'Failed'].includes(found.status) ? found : undefined;
    }, 'the end of the job');
    expect(job).toMatchObject({ status: 'Completed' });
    return await (await fetch(`${url}/jobs/${jobName}/output`)).json();
  } finally {
    await input.close();
  }
}

test.each(recordedSamples())(
  'the service gives the recorded answer of $name, each time',
  async ({ name, zip, answer }) => {
    for (const round of [1, 2]) {
      expect(differences(answer, await mapped(`${name}-${round}`, zip)).slice(0, 20)).toEqual([]);
    }
  },
);

test.each(SHAPES)('the service maps a zip with %s as the reference implementation does', async (shape, files) => {
  const zip = zipOf(files);
  const { mappings, sizes } = referenceMatch(rowsOf(zip), new Date(SHAPES_NOW));
  const result = await mapped(`shape-${SHAPES.findIndex(([name]) => name === shape)}`, zip);
  expect(differences({ company: 'hum', mappings, info: { sizes } }, result)).toEqual([]);
});
