import { testHere as test } from '../support/fixtures.js';
import { startHost } from '../support/host-process.js';
import { createTempApp } from '../support/temp-app.js';

/** An app while it loads (host contract, 2.2, 2.3, 3.3 and 4.2). */
const MAIN = `
  const core = require('@azure/functions-core');
  const { app } = require('@azure/functions');
  const host = 'http://' + process.env.WEBSITE_HOSTNAME;
  const early = fetch(host + '/api/answers').then(({ status, headers }) => [status, headers.get('retry-after')]);
  app.hook.appStart(async () => { await early; });
  app.http('answers', {
    handler: async () => ({
      jsonBody: { early: await early, versions: [core.version, core.hostVersion].map((text) => typeof text) },
    }),
  });
`;

test('its host has a name and a version, and answers 503 until the app is loaded [own]', async () => {
  const app = await createTempApp({ main: 'main.cjs', files: { 'main.cjs': MAIN } });
  const host = await startHost({ app: app.dir, stateDir: app.stateDir });
  expect(await (await fetch(`${host.url}/api/answers`)).json()).toEqual({
    early: [503, '1'],
    versions: ['string', 'string'],
  });
  await host.stop();
});

const ROOT = `
  const { app } = require('@azure/functions');
  app.http('all', { route: '{*path}', methods: ['GET'], handler: async ({ params }) => ({ jsonBody: params }) });
`;

test.each([
  [undefined, 200],
  ['True', 204],
])(
  'a function of all paths serves the root; else AzureWebJobsDisableHomepage=%s makes it %i [source: HomepageMiddleware.cs]',
  async (disabled, status) => {
    const hostJson = { version: '2.0', extensions: { http: { routePrefix: '' } } };
    const app = await createTempApp({ main: 'main.cjs', files: { 'main.cjs': ROOT }, hostJson });
    const env = disabled === undefined ? {} : { AzureWebJobsDisableHomepage: disabled };
    const host = await startHost({ app: app.dir, stateDir: app.stateDir, env });
    expect(await (await fetch(host.url)).json()).toEqual({});
    expect((await fetch(host.url, { method: 'POST' })).status).toBe(status);
    await host.stop();
  },
);
