import { execFile } from 'node:child_process';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { refusedStart, startHost } from '../support/host-process.js';
import { createTempApp, type TempAppOptions } from '../support/temp-app.js';
import { testHere as test } from '../support/fixtures.js';

/** Start, refused starts and stop of a host (host contract, 2.3 and 12). */

/** An app file with one HTTP function that answers with its own name. */
const hello = (name: string) =>
  `const { app } = require('@azure/functions'); app.http('${name}', { handler: () => ({ body: '${name}' }) });`;

async function start(app: TempAppOptions, extra: Parameters<typeof startHost>[0]['env'] = {}) {
  const { dir, stateDir } = await createTempApp(app);
  return startHost({ app: dir, stateDir, env: extra });
}

async function refuse(app: TempAppOptions, args: string[] = []) {
  const { dir, stateDir } = await createTempApp(app);
  return refusedStart({ app: dir, stateDir, args });
}

const text = async (url: string) => (await fetch(url)).text();

test('all files that match the pattern are loaded [documented]', async () => {
  const host = await start({
    main: 'dist/{functions,more}/*.js',
    files: { 'dist/functions/a.js': hello('a'), 'dist/more/b.js': hello('b'), 'dist/other/c.js': hello('c') },
  });
  expect([await text(`${host.url}/api/a`), await text(`${host.url}/api/b`)]).toEqual(['a', 'b']);
  expect((await fetch(`${host.url}/api/c`)).status).toBe(404);
  await host.stop();
});

test.each<[string, TempAppOptions]>([
  ['a package of ES modules', { main: 'app.js', type: 'module', files: { 'app.js': esm('app') } }],
  ['an .mjs file', { main: 'app.mjs', files: { 'app.mjs': esm('app') } }],
  ['a .cjs file among ES modules', { main: 'app.cjs', type: 'module', files: { 'app.cjs': hello('app') } }],
])('%s is loaded [documented]', async (_name, app) => {
  const host = await start(app);
  expect(await text(`${host.url}/api/app`)).toBe('app');
  await host.stop();
});

function esm(name: string): string {
  return `import { app } from '@azure/functions'; await null; app.http('${name}', { handler: () => ({ body: '${name}' }) });`;
}

test('an app with comments in host.json and without functions starts [own]', async () => {
  const host = await start({ hostJson: '// nothing but the version\n{ "version": "2.0" /* here */ }' });
  expect((await fetch(host.url)).status).toBe(200);
  await host.stop();
});

test('appStart and appTerminate hooks run, and registration ends with the start [documented]', async () => {
  const host = await start({
    main: 'app.js',
    files: {
      'app.js': `const { app } = require('@azure/functions');
        app.hook.appStart((context) => { context.hookData.note = 'kept'; console.error('appStart'); });
        app.hook.appTerminate((context) => console.error('appTerminate ' + context.hookData.note));
        app.http('late', { handler: () => {
          try { app.http('more', { handler: () => ({}) }); } catch (error) { return { body: error.message }; }
        } });`,
    },
  });
  expect(await text(`${host.url}/api/late`)).toBe('A function can only be registered during app startup.');
  await host.stop();
  expect(host.stderr()).toMatch(/appStart\n(.*\n)*appTerminate kept\n/);
});

test('settings come from local.settings.json; the environment takes precedence [documented]', async () => {
  const host = await start(
    {
      main: 'app.js',
      settings: { ONE: 'file', TWO: 'file' },
      files: {
        'app.js': `const seen = process.env.WEBSITE_HOSTNAME;
          require('@azure/functions').app.http('env', { handler: () =>
            ({ jsonBody: [process.env.ONE, process.env.TWO, seen] }) });`,
      },
    },
    { TWO: 'environment' },
  );
  const { port } = new URL(host.url);
  expect(JSON.parse(await text(`${host.url}/api/env`))).toEqual(['file', 'environment', `localhost:${port}`]);
  await host.stop();
});

test('the route prefix may be empty [documented]', async () => {
  const host = await start({
    main: 'app.js',
    hostJson: { version: '2.0', extensions: { http: { routePrefix: '' } } },
    files: { 'app.js': hello('app') },
  });
  expect(await text(`${host.url}/app`)).toBe('app');
  await host.stop();
});

test.each<[string, TempAppOptions, string[], RegExp]>([
  ['a missing entry file', { main: 'dist/app.js' }, [], /the file "dist\/app.js" does not exist\. Is the app built\?/],
  ['a pattern without a match', { main: 'dist/*.js' }, [], /no file matches "dist\/\*\.js"/],
  [
    'an entry file that throws',
    { main: '*.js', files: { 'a.js': hello('a'), 'b.js': 'throw new Error("bang")' } },
    [],
    /entry file b\.js failed: Error: bang/,
  ],
  [
    'an ES module that does not parse',
    { main: 'a.mjs', files: { 'a.mjs': 'export const = 1' } },
    [],
    /entry file a\.mjs failed: \/.*a\.mjs:1\n.*\n.*\n\nSyntaxError/,
  ],
  [
    'an appStart hook that throws',
    {
      main: 'a.js',
      files: { 'a.js': `require('@azure/functions').app.hook.appStart(() => { throw new Error('not today') })` },
    },
    [],
    /not today/,
  ],
  [
    'a library that accepts streams at a port without a server',
    {
      main: 'a.js',
      files: {
        'a.js': `require('@azure/functions-core').setProgrammingModel({
          getCapabilities: () => ({ HttpUri: 'http://localhost:1/' }) })`,
      },
    },
    [],
    /accepts streams at http:\/\/localhost:1\/, where this process has no HTTP server\. Use the version/,
  ],
  [
    'all invalid settings of host.json',
    {
      hostJson: {
        version: '2.0',
        functionTimeout: 'x',
        extensions: { durableTask: { maxConcurrentActivityFunctions: 0 } },
      },
    },
    [],
    /host\.json has problems:\n- functionTimeout.*\n- extensions\.durableTask\.maxConcurrentActivityFunctions/,
  ],
  [
    'two functions with the same name',
    { main: 'a.js', files: { 'a.js': `${hello('twin')} app.http('twin', { handler: () => ({}) });` } },
    [],
    /entry file a\.js failed: .*"twin" has already been registered\. Rename one of the two functions/,
  ],
  [
    'a file of CommonJS that does not parse',
    { main: 'a.js', files: { 'a.js': `require('./lib/b.js')`, 'lib/b.js': 'const a = 1;\nfunction (' } },
    [],
    /entry file a\.js failed: \/.*lib\/b\.js:2\nfunction \(/,
  ],
  [
    'an entry file that calls process.exit',
    { main: 'a.js', files: { 'a.js': 'process.exit(0)' } },
    [],
    /entry file a\.js failed: AppExitError: The app called process\.exit\(0\)\. Throw an error instead/,
  ],
  [
    'a missing setting in host.json',
    { hostJson: { version: '2.0', extensions: { durableTask: { hubName: '%HUB%' } } } },
    [],
    /host\.json has a problem:\n- .*hubName: the setting HUB is not set .*; set it in local\.settings\.json/,
  ],
  [
    'a local.settings.json that is not JSON',
    { files: { 'local.settings.json': '{' } },
    [],
    /settings\.json has a problem/,
  ],
  [
    'a missing app folder',
    {},
    ['--app', '/no/such/folder'],
    /The folder .* does not exist: give the app's folder with --app/,
  ],
  ['an invalid number of processes', {}, ['--processes', 'many'], /give a number from 0 to 64/],
  ['an invalid debugger address', {}, ['--inspect=here:there'], /give \[host:\]port/],
  [
    'a host.json that is not JSON',
    { hostJson: '{ version: }' },
    [],
    /host\.json has a problem:\n- it is not valid JSON/,
  ],
  ['an invalid port', {}, ['--port', '70000'], /give a number from 0/],
  ['an address of another machine', {}, ['--host', '192.0.2.1'], /192\.0\.2\.1 is not an address of this machine/],
])('%s stops the start with a message [own]', async (_name, app, args, message) => {
  const { code, stderr } = await refuse(app, args);
  expect(stderr).toMatch(message);
  expect(code).toBe(1);
});

const timer = (schedule: string) =>
  `require('@azure/functions').app.timer('tick', { schedule: '${schedule}', handler: () => undefined });`;

test.each<[string, TempAppOptions, RegExp]>([
  [
    'a package.json without main',
    {},
    /package\.json has no "main", so no function is loaded\. Name the compiled files/,
  ],
  [
    'a package.json that is not JSON',
    { files: { 'package.json': '{' } },
    /package\.json cannot be read, so no function/,
  ],
  [
    'an app without functions',
    { main: 'a.js', files: { 'a.js': '' } },
    /The app has no functions\. The files that "main" in package\.json names must register them/,
  ],
  [
    'names that differ in case only',
    {
      main: 'a.js',
      files: { 'a.js': `${hello('twin')} app.http('TWIN', { handler: () => ({}) });` },
    },
    /"TWIN" cannot be served: another function has the same name.*rename one of them/,
  ],
  [
    'two functions with the same route',
    {
      main: 'a.js',
      files: {
        'a.js': `const { app } = require('@azure/functions');
          for (const name of ['one', 'two']) app.http(name, { route: 'same', handler: () => ({}) });`,
      },
    },
    /"two" cannot be served: its route "same": the function "one" has the same route; change the route or the methods/,
  ],
  [
    'a schedule whose setting is missing',
    { main: 'a.js', files: { 'a.js': timer('%TICK%') } },
    /timer "tick" does not run: the setting TICK is not set .*; set it in local\.settings\.json/,
  ],
  ['a schedule that cannot be read', { main: 'a.js', files: { 'a.js': timer('soon') } }, /timer "tick" does not run: /],
  [
    'a binding whose settings are missing',
    {
      main: 'a.js',
      files: {
        'a.js': `require('@azure/functions').app.storageQueue('q',
          { queueName: '%QUEUE%', connection: 'STORE', handler: () => undefined });`,
      },
    },
    /The function "q" does not run: the setting QUEUE is not set .*set it in local\.settings\.json/,
  ],
  [
    'a binding of another extension whose settings are missing',
    {
      main: 'a.js',
      files: {
        'a.js': `require('@azure/functions').app.eventHub('hub',
          { eventHubName: '%HUB_NAME%', connection: 'HUB', cardinality: 'one', handler: () => undefined });`,
      },
    },
    /WRN .* hub: the setting HUB_NAME, HUB is not set\. Set it in local\.settings\.json/,
  ],
])('%s is reported at the start, and the other functions are served [own]', async (_name, app, message) => {
  const host = await start(app);
  expect(host.stderr()).toMatch(message);
  await host.stop();
});

test('a port in use stops the start with a message [own]', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;
  const { code, stderr } = await refuse({}, ['--port', String(port)]);
  other.close();
  expect([code, stderr]).toEqual([1, expect.stringContaining(`Port ${port} on 127.0.0.1 is in use.`) as string]);
});

test('a state folder has one host until that host ends, for any reason [own]', async () => {
  const { dir, stateDir } = await createTempApp({});
  const first = await startHost({ app: dir, stateDir });
  const { code, stderr } = await refusedStart({ app: dir, stateDir });
  expect(code).toBe(1);
  expect(stderr).toContain(`The state folder ${stateDir} is in use by a host with process id ${first.pid}.`);
  await first.kill('SIGKILL');
  const second = await startHost({ app: dir, stateDir });
  await second.stop();
});

test.each(['SIGINT', 'SIGTERM'] as const)('%s stops the host gracefully [own]', async (signal) => {
  const host = await start({});
  expect(await host.kill(signal)).toBe(0);
});

test('--help lists all options [own]', async () => {
  const cli = path.resolve(__dirname, '../../host/cli.js');
  const { stdout } = await promisify(execFile)(process.execPath, [cli, 'start', '--help']);
  for (const option of [
    '--app',
    '--port',
    '--host',
    '--state',
    '--auth',
    '--watch',
    '--processes',
    '--weather',
    '--inspect',
    '--inspect-brk',
    '--log-level',
    '--log-format',
  ]) {
    expect(stdout).toContain(option);
  }
});

test('logs can be JSON, one object per line [own]', async () => {
  const { dir, stateDir } = await createTempApp({
    main: 'app.js',
    files: {
      'app.js': `require('@azure/functions').app.http('app', { handler: (_, context) => {
        context.error('first\\nsecond'); context.debug('too low'); return {}; } });`,
    },
  });
  const host = await startHost({ app: dir, stateDir, args: ['--log-format', 'json', '--log-level', 'information'] });
  await fetch(`${host.url}/api/app`);
  await host.stop();
  expect(
    host
      .stderr()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown),
  ).toContainEqual(expect.objectContaining({ level: 'error', category: 'Function.app.User', msg: 'first\nsecond' }));
  expect(host.stderr()).not.toContain('too low');
});
