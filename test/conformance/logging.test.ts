import { type HostProcess, startHost } from '../support/host-process.js';
import { createTempApp } from '../support/temp-app.js';
import { testHere as test } from '../support/fixtures.js';

/** Log levels and categories of host.json, and hooks. */

const APP = `const { app } = require('@azure/functions');
  const all = (context) => ['trace', 'debug', 'info', 'warn', 'error'].forEach((level) => context[level]('says ' + level));
  app.http('quiet', { handler: (_request, context) => { all(context); return {}; } });
  app.http('loud', { handler: (_request, context) => { all(context); return {}; } });
  app.http('starred', { handler: (_request, context) => { all(context); return {}; } });
  app.http('hooked', { handler: (_request, context) => { context.log('lower me'); context.log('keep me'); return {}; } });
  app.hook.preInvocation(({ hookData, invocationContext: { functionName } }) => { hookData.by = functionName; });
  app.hook.log((line) => {
    if (line.message === 'lower me') line.level = 'debug';
    if (line.message === 'keep me') line.message += ' in ' + line.invocationContext.functionName + ' by ' + line.hookData.by;
  });
  app.hook.postInvocation((context) => {
    context.invocationContext.log('after ' + [context.result?.status, context.error?.message, context.hookData.by]);
  });
  app.http('order', { handler: (_request, context) => { context.log('handler'); return { status: 201 }; } });
  app.http('mark', { handler: (request, context) => { context.log('mark of ' + request.query.get('name')); return {}; } });
  app.timer('daily', { schedule: '0 0 0 1 1 *', handler: () => { throw new Error('bang'); } });`;

let host: HostProcess;

beforeAll(async () => {
  const logLevel = {
    default: 'Warning',
    Function: 'Information',
    'Function.quiet': 'None',
    'Function.quiet.User': 'Error',
    'Function.loud': 'Trace',
    'Function.st': 'None',
    'Function.st*.User': 'Error',
  };
  const hostJson = { version: '2.0', logging: { logLevel } };
  const { dir, stateDir } = await createTempApp({ main: 'app.js', hostJson, files: { 'app.js': APP } });
  host = await startHost({ app: dir, stateDir });
});
afterAll(() => host.stop());

/** Calls a function and returns the entries of its categories, without their times. */
async function linesOf(name: string): Promise<string[]> {
  await fetch(`${host.url}/api/${name}`);
  await fetch(`${host.url}/api/mark?name=${name}`);
  await host.logged(`mark of ${name}`); // the lines of the answer before it have arrived too
  const lines = host.stderr().split('\n');
  return lines.map((line) => line.slice(13)).filter((line) => line.includes(`Function.${name}`));
}

test('each category has the level of its longest prefix [documented]', async () => {
  expect(await linesOf('quiet')).toEqual(['ERR Function.quiet.User: says error']);
  expect(await linesOf('loud')).toEqual([
    'TRC Function.loud.User: says trace',
    'DBG Function.loud.User: says debug',
    'INF Function.loud.User: says info',
    'WRN Function.loud.User: says warn',
    'ERR Function.loud.User: says error',
    'INF Function.loud.User: after ,,loud',
  ]);
});

test('an asterisk in a name stands for any text [documented]', async () => {
  expect(await linesOf('starred')).toEqual(['ERR Function.starred.User: says error']);
});

test('a log hook gets the invocation and can change level and text [documented]', async () => {
  expect(await linesOf('hooked')).toEqual([
    'INF Function.hooked.User: keep me in hooked by hooked',
    'INF Function.hooked.User: after ,,hooked',
  ]);
});

test('an invocation’s hooks run around its handler and share their data [documented]', async () => {
  expect(await linesOf('order')).toEqual([
    'INF Function.order.User: handler',
    'INF Function.order.User: after 201,,order',
  ]);
});

test('hooks run for functions of every kind and get the error [documented]', async () => {
  await fetch(`${host.url}/admin/functions/daily`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: '{"input":""}',
  });
  await host.logged('Function.daily.User: after ,bang,daily');
  await host.logged('The invocation failed: Error: bang');
});
