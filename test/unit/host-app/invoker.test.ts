import { type BindingIo } from '../../../host/contracts.js';
import { type HostLog } from '../../../host/log.js';
import { AppRegistry } from '../../../host/app/app-registry.js';
import {
  type CoreInvocationContext,
  type FunctionCallback,
  type InvocationModel,
} from '../../../host/app/core-types.js';
import { CoreRangeError, CoreSystemError } from '../../../host/app/errors.js';
import { createInvoker, type ExtendedInvocationRequest } from '../../../host/app/invoker.js';
import { ManualClock, settle } from '../../support/manual-clock.js';

/** Invocations (host contract, 2.2 and 2.5), with a programming model that records its calls. */

function setUp(handler: FunctionCallback, timeoutMs = Infinity, io?: BindingIo) {
  const lines: [string, string][] = [];
  const log: HostLog = { enabled: () => true, log: (level, category) => lines.push([level, category]) };
  const app = new AppRegistry(log);
  const steps: string[] = [];
  let core: CoreInvocationContext | undefined;
  const model: InvocationModel = {
    getArguments: () => {
      steps.push('getArguments');
      const inputs = core?.request.inputData.map(({ data }) => data?.json) ?? [];
      return { context: { extraInputs: new Map() }, inputs: inputs.slice(0, 1) };
    },
    invokeFunction: async (_context, inputs, callback) => {
      steps.push(`invoke in ${String(core?.state)}`);
      return await callback(...inputs);
    },
    getResponse: (_context, result) => {
      steps.push('getResponse');
      return { invocationId: core?.invocationId ?? '', returnValue: { json: JSON.stringify(result) } };
    },
  };
  app.programmingModel = {
    name: 'test',
    version: '1',
    getInvocationModel: (context) => {
      core = context;
      return model;
    },
    getCapabilities: (defaults) => defaults,
  };
  const trigger = { type: 'someTrigger', name: 't', direction: 'in' as const };
  const client = { type: 'durableClient', name: 'c', direction: 'in' as const };
  app.registerFunction({ name: 'fn', bindings: { c: client, t: trigger } }, handler);
  app.lock();
  const clock = new ManualClock(0);
  const invoker = createInvoker({ app, inputs: () => ({ json: 'client' }), io, clock, timeoutMs });
  const [fn] = app.index();
  if (fn === undefined) throw new Error('the function is not registered');
  const invoke = (request: ExtendedInvocationRequest = {}) => invoker.invoke(fn, request);
  return { app, steps, invoke, invoker, clock, lines, core: () => core };
}

test('the steps run in order, each hook in its state', async () => {
  const { app, steps, invoke, core } = setUp(() => 'result');
  const hook = (name: string) => app.hooks.register(name, () => steps.push(`${name} in ${String(core()?.state)}`));
  hook('preInvocation');
  hook('postInvocation');
  const result = await invoke({ triggerData: { json: '1' } });
  expect(steps).toEqual([
    'getArguments',
    'preInvocation in preInvocationHooks',
    'invoke in invocation',
    'postInvocation in postInvocationHooks',
    'getResponse',
  ]);
  expect(result).toEqual({ result: 'result', returnValue: { json: '"result"' }, outputData: [] });
});

test('a trigger value is passed to hooks and handler unchanged, and the result is the same object', async () => {
  const seen: unknown[] = [];
  const returned = { actions: [] };
  const { app, invoke } = setUp((value) => {
    seen.push(value);
    return returned;
  });
  app.hooks.register('preInvocation', ({ inputs }) => seen.push((inputs as unknown[])[0]));
  const triggerValue = { history: [] };
  const { result } = await invoke({ triggerValue, triggerData: { json: 'ignored' } });
  expect(seen[0]).toBe(triggerValue);
  expect(seen[1]).toBe(triggerValue);
  expect(result).toBe(returned);
});

test('the trigger’s data comes first, independent of the order of the bindings', async () => {
  const { invoke, core } = setUp(() => undefined);
  await invoke({ triggerData: { json: 'trigger' }, invocationId: 'id' });
  expect(core()?.request).toMatchObject({
    invocationId: 'id',
    functionId: 'fn',
    inputData: [
      { name: 't', data: { json: 'trigger' } },
      { name: 'c', data: { json: 'client' } },
    ],
  });
});

test('storage bindings are read before and written after the handler, and their failure fails the invocation', async () => {
  const io: BindingIo = {
    read: () => Promise.resolve(new Map([['c', { json: 'read' }]])),
    write: (_fn, _request, result) => Promise.resolve({ ...result, returnValue: { string: 'left' } }),
  };
  const { invoke, core } = setUp(() => 'result', Infinity, io);
  expect(await invoke()).toMatchObject({ result: 'result', returnValue: { string: 'left' } });
  expect(core()?.request.inputData[1]).toEqual({ name: 'c', data: { json: 'read' } });
  let ran = false;
  const unread = setUp(() => (ran = true), Infinity, { ...io, read: () => Promise.reject(new Error('no input')) });
  await expect(unread.invoke()).rejects.toThrow('no input');
  expect(ran).toBe(false);
  const unwritten = setUp(() => 1, Infinity, { ...io, write: () => Promise.reject(new Error('no output')) });
  await expect(unwritten.invoke()).rejects.toThrow('no output');
});

test('without storage bindings the library is called in the same tick', () => {
  const io: BindingIo = { read: () => undefined, write: () => undefined };
  const { invoke, core } = setUp(() => 'result', Infinity, io);
  void invoke();
  expect(core()).toBeDefined();
});

test('hooks share data, see errors and can remove them', async () => {
  const error = new Error('bang');
  const { app, invoke } = setUp(() => {
    throw error;
  });
  await expect(invoke()).rejects.toBe(error);
  app.hooks.register('preInvocation', ({ hookData, appHookData }) => {
    Object.assign(hookData as object, { own: 1 });
    Object.assign(appHookData as object, { all: 1 });
  });
  const swallow = app.hooks.register('postInvocation', (context) => {
    context.result = [context.error, context.hookData, context.appHookData];
    context.error = null;
  });
  expect((await invoke()).result).toEqual([error, { own: 1 }, { all: 1 }]);
  swallow.dispose();
  await expect(invoke()).rejects.toBe(error);
});

test('an invocation that exceeds the timeout fails and is no longer counted', async () => {
  const { invoke, invoker, clock } = setUp(() => new Promise(() => undefined), 1_000);
  const run = expect(invoke()).rejects.toThrow('fn took more than 1 s');
  await settle();
  expect(invoker.running()).toBe(1);
  await clock.advance(1_000);
  await run;
  await invoker.idle();
  expect([invoker.running(), clock.waiting]).toEqual([0, 0]);
});

test('an invocation that ends in time leaves no timer', async () => {
  const { invoke, clock } = setUp(() => 'done', 1_000);
  await invoke();
  await settle();
  expect(clock.waiting).toBe(0);
});

test('the core object has what the library uses during registration', () => {
  const { app } = setUp(() => undefined);
  const bindings = { t: { type: 'httpTrigger', name: 't', direction: 'in' as const } };
  expect(() => app.registerFunction({ name: 'late', bindings }, () => undefined)).toThrow(CoreSystemError);
  expect(() => app.hooks.register('unheard', () => undefined)).toThrow(CoreRangeError);
});

test('an invalid name or trigger excludes only its own function', () => {
  const messages: string[] = [];
  const app = new AppRegistry({ enabled: () => true, log: (_level, _category, message) => messages.push(message) });
  const http = (name: string) => ({ type: 'httpTrigger', name, direction: 'in' as const });
  const add = (name: string, bindings: Parameters<AppRegistry['registerFunction']>[0]['bindings']) =>
    app.registerFunction({ name, bindings }, () => undefined);
  add('zeta', { t: http('t') });
  add('Beta', { t: http('t') });
  add('alpha_1-x', { t: http('t') });
  add('BETA', { t: http('t') });
  add('two', { t: http('t'), u: http('u') });
  add('none', {});
  add('host', { t: http('t') });
  add('a'.repeat(129), { t: http('t') });
  expect(() => add('zeta', { t: http('t') })).toThrow('already been registered');
  expect(app.index().map(({ name }) => name)).toEqual(['alpha_1-x', 'Beta', 'zeta']);
  expect(messages.join('\n')).toMatch(/"BETA".*same name.*\n.*"two".*2 triggers.*\n.*"none".*0 triggers.*\n.*reserved/);
});

test('a log hook changes only entries of the user, and an entry written by a hook runs no hooks', () => {
  const { app, lines } = setUp(() => undefined);
  let calls = 0;
  app.hooks.register('log', (line) => {
    calls++;
    line.level = 'error';
    app.log('debug', 'user', 'from within');
  });
  app.log('information', 'user', 'mine');
  app.log('information', 'system', 'the worker’s');
  expect(calls).toBe(2);
  expect(lines).toEqual([
    ['debug', 'Host.App'],
    ['error', 'Host.App'],
    ['debug', 'Host.App'],
    ['information', 'Host.Worker'],
  ]);
});
