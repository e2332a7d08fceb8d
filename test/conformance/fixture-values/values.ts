/** Which values arrive where, and which texts failures have. */
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return,
   @typescript-eslint/no-unsafe-argument -- what the library passes back into a generator, and `getInput`, are `any` */
import { app, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { type ActivityHandler } from 'durable-functions';
import { orchestrator } from '../fixture-app/orchestrator.js';

/** The type and the JSON of a value. */
const text = (value: unknown) => (value === undefined ? 'undefined' : `${typeof value} ${JSON.stringify(value)}`);

const circular: Record<string, unknown> = {};
circular.self = circular;

/** Values that JSON does not have. */
const SPECIAL: Record<string, unknown> = {
  undefined,
  nan: NaN,
  infinity: Infinity,
  date: new Date('2026-01-02T03:04:05.120Z'),
  buffer: Buffer.from('plate'),
  bytes: new Uint8Array([1, 2, 3]),
  map: new Map([['a', 1]]),
  symbol: Symbol('x'),
  bigint: 10n,
  circular,
  large: 2 ** 63,
};
const special = (name: string): unknown => (name in SPECIAL ? SPECIAL[name] : JSON.parse(name));

const THROWN: Record<string, () => unknown> = {
  error: () => new RangeError('no plate'),
  empty: () => new Error(''),
  text: () => 'only text',
  number: () => 42,
  object: () => ({ code: 7 }),
  lines: () => new Error('first\nsecond'),
  document: () => new Error('{"errorType":"T","errorMessage":"M","properties":{"plate":{"number":7}}}\nmore'),
  braces: () => new Error('{}'),
  otherDocument: () => new Error('{"a":1}'),
};
function fail(how: string): never {
  throw THROWN[how]?.();
}

const activity = (name: string, handler: (input: never, context: InvocationContext) => unknown) =>
  df.app.activity(name, { handler: handler as ActivityHandler });

activity('kind', text);
activity('echo', (value: unknown) => value);
activity('returns', special);
activity('fails', fail);
activity('metadata', (_input: unknown, context) => context.triggerMetadata);

orchestrator('kinds', function* ({ df: o }) {
  const got: string[] = [];
  for (const value of o.getInput<unknown[]>()) got.push(yield o.callActivity('kind', value));
  return got;
});

orchestrator('specialKinds', function* ({ df: o }) {
  const got: string[] = [];
  for (const name of o.getInput<string[]>()) got.push(yield o.callActivity('kind', special(name)));
  return got;
});

orchestrator('results', function* ({ df: o }) {
  const got: string[] = [];
  for (const name of o.getInput<string[]>()) got.push(text(yield o.callActivity('returns', name)));
  return got;
});

// eslint-disable-next-line require-yield -- it returns in its first step
orchestrator('outputs', function* ({ df: o }) {
  return special(o.getInput<string>());
});

orchestrator('metadataOf', function* ({ df: o }) {
  return yield o.callActivity('metadata', o.getInput());
});

orchestrator('caught', function* ({ df: o }) {
  const got: unknown[] = [];
  for (const how of o.getInput<string[]>()) {
    try {
      yield o.callActivity('fails', how);
    } catch (error) {
      got.push([(error as Error).message, (error as Partial<df.TaskFailedError>).failureDetails]);
    }
  }
  return got;
});

/** Fails after a step of some kind, if any; with a custom status, if any. */
orchestrator('failing', function* ({ df: o }) {
  const { how, after, status } = o.getInput<{ how: string; after?: string; status?: string }>();
  if (status !== undefined) o.setCustomStatus(status);
  if (after === 'activity') yield o.callActivity('echo', 1);
  if (after === 'timer') yield o.createTimer(o.currentUtcDateTime);
  if (after === 'child') yield o.callSubOrchestrator('sees', 1);
  if (after === 'signal') o.signalEntity(new df.EntityId('box', o.instanceId), 'see', 1);
  if (after === 'signal' || after === 'event') yield o.waitForExternalEvent('go');
  if (how in SPECIAL) return special(how);
  return fail(how);
});

// eslint-disable-next-line require-yield -- it returns in its first step
orchestrator('status', function* ({ df: o }) {
  const { length, throws } = o.getInput<{ length: number; throws?: boolean }>();
  o.setCustomStatus('x'.repeat(length - 2));
  if (throws === true) throw new Error('boom');
  return 'done';
});

// eslint-disable-next-line require-yield -- it returns in its first step
orchestrator('sees', function* ({ df: o }) {
  return text(o.getInput());
});

orchestrator('child', function* ({ df: o }) {
  const { name, input, id } = o.getInput<{ name: string; input: unknown; id?: string }>();
  try {
    return { child: yield o.callSubOrchestrator(name, input, id) };
  } catch (error) {
    return { failed: (error as Error).message };
  }
});

// eslint-disable-next-line require-yield -- its last execution returns in its first step
orchestrator('again', function* ({ df: o }) {
  const input = o.getInput<unknown>();
  if (typeof input !== 'object' || input === null || !('again' in input)) return text(input);
  o.continueAsNew(input.again);
  return undefined;
});

interface Execution {
  status?: string;
  waits?: boolean;
}

/** One execution for each element. */
orchestrator('executions', function* ({ df: o }) {
  const { executions, at } = o.getInput<{ executions: Execution[]; at: number }>();
  const { status, waits } = executions[at] ?? {};
  if (status !== undefined) o.setCustomStatus(status);
  if (waits === true) yield o.callActivity('echo', 1);
  if (at + 1 === executions.length) return at;
  o.continueAsNew({ executions, at: at + 1 });
  return undefined;
});

// eslint-disable-next-line require-yield -- it returns in its first step
orchestrator('version', function* ({ df: o }) {
  return text(o.version);
});

orchestrator('ids', function* ({ df: o }) {
  const level = o.getInput<number>();
  if (level === 0) return [o.instanceId];
  const below: string[] = yield o.callSubOrchestrator('ids', level - 1);
  return [o.instanceId, ...below];
});

orchestrator('idsAgain', function* ({ df: o }) {
  const before = o.getInput<string[]>();
  const [id]: string[] = yield o.callSubOrchestrator('ids', 0);
  if (before.length > 0) return [...before, id];
  o.continueAsNew([id]);
  return undefined;
});

orchestrator('waits', function* ({ df: o }) {
  yield o.waitForExternalEvent('go');
  return undefined;
});

/** Has work of every kind open. */
orchestrator('open', function* ({ df: o }) {
  o.signalEntity(new df.EntityId('box', o.instanceId), 'see', { v: 1 });
  const timer = o.createTimer(new Date('9999-12-31T00:00:00Z'));
  const held = o.callActivity('held', 'x');
  yield o.Task.any([o.waitForExternalEvent('go'), o.callSubOrchestrator('waits', { b: true }), held, timer]);
  timer.cancel();
});
let release = (): void => undefined;
const released = new Promise<void>((resolve) => (release = resolve));
activity('held', () => released);
app.http('release', { methods: ['POST'], handler: () => (release(), {}) });

df.app.entity('box', (context) => context.df.return(text(context.df.getInput())));
orchestrator('boxes', function* ({ df: o }) {
  const got: string[] = [];
  for (const value of o.getInput<unknown[]>())
    got.push(yield o.callEntity(new df.EntityId('box', o.instanceId), 'see', value));
  return got;
});

// Functions with the trigger of an orchestration, without the library

const bare = (name: string, result: unknown) =>
  app.generic(name, { trigger: { type: 'orchestrationTrigger', name: 'context' }, handler: () => result });
bare('bareNothing', undefined);
bare('bareText', 'text');
bare('bareObject', { a: 1 });
bare('bareNumber', 5);

app.http('clientStatus', {
  route: 'status/{id}',
  extraInputs: [df.input.durableClient()],
  handler: async (request, context) => ({
    jsonBody: await df.getClient(context).getStatus(request.params.id ?? '', { showHistory: true }),
  }),
});
