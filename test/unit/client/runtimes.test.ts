import { execFile, execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { chromium } from 'playwright-core';
import { ROOT } from '../../../dev/plan.js';
import { browserPath } from '../../support/browser.js';
import { eventually } from '../../support/eventually.js';
import { FakeApp } from '../../support/fake-app.js';

const ID = 'an-operation-of-a-test';
const CLIENT = path.join(ROOT, 'client/dist');

/** `NODE_20` names one elsewhere. */
const node20 = [process.env.NODE_20, '/usr/bin/node', '/usr/local/bin/node'].find(
  (file) =>
    file !== undefined &&
    fs.existsSync(file) &&
    execFileSync(file, ['--version'], { encoding: 'utf8' }).startsWith('v20.'),
);

let app: FakeApp;
beforeEach(async () => {
  app = new FakeApp();
  app.other = ({ path: file }, response) => {
    if (file === '/') response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html>');
    else if (file.startsWith('/client/'))
      response
        .writeHead(200, { 'Content-Type': 'text/javascript' })
        .end(fs.readFileSync(path.join(CLIENT, 'esm', path.basename(file))));
    else response.writeHead(404).end();
  };
  await app.start();
});
afterEach(() => app.stop());

/** The body of a function with `createClient` and `baseUrl`: starts an operation, follows it, and returns what it saw. */
const PROGRAM = `
  const longhaul = createClient({ baseUrl });
  const operation = await longhaul.plates.recognize({ imageId: 1 }, { operationId: '${ID}' });
  const seen = [];
  for await (const { status } of longhaul.resume(operation.token).updates()) seen.push(status);
  return [...seen, await operation.result()];`;

async function endsWhenWatched(): Promise<void> {
  await eventually(() => Promise.resolve(app.streams === 1 || undefined));
  app.set(ID, { status: 'Succeeded', result: 'a plate' });
}

const expected = ['NotStarted', 'Succeeded', 'a plate'];

describe('in Node.js 20 (skipped without it)', () => {
  (node20 === undefined ? test.skip : test).each([
    ['an ES module', `import { createClient } from '${CLIENT}/esm/index.js';`, 'module'],
    ['CommonJS', `const { createClient } = require('${CLIENT}/cjs/index.js');`, 'commonjs'],
  ])('%s follows an operation', async (_what, load, type) => {
    const main = `(async (baseUrl) => {${PROGRAM}})('${app.url}').then((seen) => console.log(JSON.stringify(seen)))`;
    const running = promisify(execFile)(node20 ?? '', [`--input-type=${type}`, '--eval', `${load}\n${main}`]);
    await endsWhenWatched();
    expect(JSON.parse((await running).stdout)).toEqual(expected);
  });
});

(browserPath === undefined ? test.skip : test)('a page without a bundler follows an operation', async () => {
  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  try {
    const page = await browser.newPage();
    await page.goto(app.url);
    const running = page.evaluate(`(async () => {
      const { createClient } = await import('/client/index.js');
      const baseUrl = location.origin;
      ${PROGRAM}
    })()`);
    await endsWhenWatched();
    expect(await running).toEqual(expected);
  } finally {
    await browser.close();
  }
});
