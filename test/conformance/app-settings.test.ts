import { DurableApi, durableFixture, startFixture } from '../support/durable-api.js';
import { testHere as test } from '../support/fixtures.js';
import { type HostProcess, refusedStart, startHost } from '../support/host-process.js';
import { createTempApp } from '../support/temp-app.js';

/** Settings that change how the host runs an app, and apps that it does not run. */

describe('a function that a setting disables counts as unknown [documented]', () => {
  let host: HostProcess;
  let api: DurableApi;

  beforeAll(async () => {
    const disabled = ['farTimer', 'echo', 'counter'].map((name) => [`AzureWebJobs.${name}.Disabled`, 'true']);
    host = await startFixture(await durableFixture(), Object.fromEntries(disabled) as Record<string, string>);
    api = new DurableApi(host.url);
  });
  afterAll(() => host.stop());

  test('orchestrator', async () => {
    const outcome = async (name: string) => {
      const { status, body, text } = await api.send('POST', `orchestrators/${name}`);
      const output = status === 202 ? (await api.ended((body as { id: string }).id)).output : text;
      return [status, String(output).replaceAll(name, 'NAME')];
    };
    expect(await outcome('farTimer')).toEqual(await outcome('nobody'));
  });

  test('activity', async () => {
    const { runtimeStatus, output } = await api.ended(await api.start('callsHttp', []));
    expect([runtimeStatus, output]).toEqual(['Failed', expect.stringContaining('echo')]);
  });

  test('entity', async () => {
    const signal = async (name: string) => (await api.send('POST', `entities/${name}/key?op=add`, '1')).status;
    expect(await signal('counter')).toBe(await signal('nobody'));
  });
});

describe('the environment', () => {
  const code = `require('@azure/functions').app.http('shows', { handler: () => ({
    body: process.env.AZURE_FUNCTIONS_ENVIRONMENT }) });`;
  const shown = async (settings: Record<string, string>, at: string, env: Record<string, string> = {}) => {
    const { dir, stateDir } = await createTempApp({ main: 'app.js', settings, files: { 'app.js': code } });
    const host = await startHost({ app: dir, stateDir, env });
    const text = await (await fetch(`${host.url}/${at}`)).text();
    await host.stop();
    return text;
  };

  test('is Development unless a setting names another one [documented]', async () => {
    expect(await shown({}, 'api/shows')).toBe('Development');
    expect(await shown({ AZURE_FUNCTIONS_ENVIRONMENT: 'Staging' }, 'api/shows')).toBe('Staging');
  });

  test('can override host.json [documented]', async () => {
    const override = { AzureFunctionsJobHost__extensions__http__routePrefix: 'v2' };
    expect(await shown(override, 'v2/shows')).toBe('Development');
  });
});

describe('an app', () => {
  test('that needs gRPC is refused, with the version that works [own]', async () => {
    const { dir, stateDir } = await createTempApp({
      main: 'app.js',
      files: {
        'app.js': `require('@azure/functions').app.generic('orchestrator', {
          trigger: { type: 'orchestrationTrigger', durableRequiresGrpc: true }, handler: () => undefined });`,
      },
    });
    const { code, stderr } = await refusedStart({ app: dir, stateDir });
    expect(code).toBe(1);
    expect(stderr).toContain('npm install durable-functions@3');
  });

  test('of the programming model v3 gets a message that says so [own]', async () => {
    const { dir, stateDir } = await createTempApp({
      files: { 'Hello/function.json': '{ "bindings": [] }', 'Hello/index.js': 'module.exports = async () => {};' },
    });
    const host = await startHost({ app: dir, stateDir });
    await host.logged('Hello: function.json belongs to the programming model v3 of Node.js');
    await host.stop();
  });
});
