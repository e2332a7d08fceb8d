/** Turns, batches and executions that last until a test lets them go on, and the library's client around them. */
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return
   -- what the library passes back into a generator is `any` */
import { app, type HttpRequest, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { orchestrator } from './orchestrator.js';
import { record } from './runs.js';

// Gates

const gates = new Map<string, PromiseWithResolvers<unknown>>();

/** Whoever comes first, the one who waits or the one who opens, makes it. */
function gate(name: string): PromiseWithResolvers<unknown> {
  const known = gates.get(name) ?? Promise.withResolvers();
  gates.set(name, known);
  return known;
}

app.http('gate', {
  route: 'gate/{name}',
  methods: ['POST'],
  handler: (request: HttpRequest) => {
    gate(request.params.name ?? '').resolve(undefined);
    return { status: 204 };
  },
});

const EVENT_RAISED = 15;
interface OrchestratorTrigger {
  instanceId: string;
  history: { EventType: number; Input?: string }[];
}

/** Each of its turns waits for the gate of its id, so it is Pending until then. It returns the first event's data. */
app.generic('gatedTurn', {
  trigger: { type: 'orchestrationTrigger', name: 'context' },
  handler: async (context: unknown) => {
    const { instanceId, history } = context as OrchestratorTrigger;
    await gate(instanceId).promise;
    const event = history.find(({ EventType }) => EventType === EVENT_RAISED);
    const actions = [[{ actionType: 6, externalEventName: 'go', reason: 'ExternalEvent' }]];
    const end = event === undefined ? { isDone: false } : { isDone: true, output: JSON.parse(event.Input ?? 'null') };
    return { ...end, actions, schemaVersion: 3 };
  },
});

/** Records `<run> gated` once the gate of the run is open. */
df.app.activity('gatedActivity', {
  handler: async (run: string) => {
    await gate(run).promise;
    record(`${run} gated`);
    return 'through';
  },
});
orchestrator('callsGatedActivity', function* ({ df: o }) {
  return yield o.callActivity('gatedActivity', o.instanceId);
});
orchestrator('failsBesideIt', function* ({ df: o }) {
  try {
    yield o.Task.all([o.callActivity('fail', 'at once'), o.callActivity('gatedActivity', o.instanceId)]);
  } catch {
    return 'caught';
  }
  return 'never';
});

interface EntityTrigger {
  self: { key: string };
  state: string | null;
  batch: { name: string }[];
}

/** Counts operations. One named `wait` waits for the gate of the entity's key. */
app.generic('gatedBatch', {
  trigger: { type: 'entityTrigger', name: 'trigger' },
  handler: async (given: unknown) => {
    const { self, state, batch } = given as EntityTrigger;
    if (batch.some(({ name }) => name === 'wait')) await gate(self.key).promise;
    const entityState = JSON.stringify(Number(state ?? 0) + batch.length);
    const results = batch.map(() => ({ isError: false, result: entityState }));
    return { results, signals: [], entityExists: true, entityState };
  },
});

/** Calls `gatedBatch` of its own id once for each operation in its input. */
orchestrator('callsGatedBatch', function* ({ df: o }) {
  const got: unknown[] = [];
  for (const operation of o.getInput<string[]>()) {
    try {
      got.push(yield o.callEntity(new df.EntityId('gatedBatch', o.instanceId), operation));
    } catch (error) {
      got.push((error as Error).message);
    }
  }
  return got;
});

// Executions

/** Continues as new at the first event, and returns at the second what it then sees of itself. */
orchestrator('renews', function* ({ df: o }) {
  const { round } = o.getInput<{ round: number }>();
  if (round === 1) o.setCustomStatus('set in the first');
  const data: unknown = yield o.waitForExternalEvent('go');
  if (round === 1) {
    o.continueAsNew({ round: 2 });
    return undefined;
  }
  return { data, version: o.version, parent: o.parentInstanceId ?? null, id: o.instanceId };
});

/** Locks what its child wants as well, and ends with the lock held and the child open. */
orchestrator('leavesChildWaiting', function* ({ df: o }) {
  const { key, end } = o.getInput<{ key: string; end: string }>();
  if (end === 'over') return 'again';
  const child = o.callSubOrchestrator('wantsLock', key, `${o.instanceId}-child`);
  yield o.Task.any([child, o.waitForExternalEvent('go')]);
  yield o.lock(new df.EntityId('tally', key));
  o.setCustomStatus('locked');
  yield o.waitForExternalEvent('end');
  if (end === 'throw') throw new Error('with a lock');
  if (end === 'again') o.continueAsNew({ key, end: 'over' });
  return end;
});
orchestrator('wantsLock', function* ({ df: o }) {
  yield o.waitForExternalEvent('go');
  o.setCustomStatus('wants it');
  const lock: df.DurableLock = yield o.lock(new df.EntityId('tally', o.getInput<string>()));
  lock.release();
  return 'had it';
});

// HTTP, through the library's own client

app.http('waitFor', {
  route: 'waitFor/{id}',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: (request: HttpRequest, context: InvocationContext) =>
    df.getClient(context).waitForCompletionOrCreateCheckStatusResponse(request, request.params.id ?? '', {
      timeoutInMilliseconds: Number(request.query.get('ms') ?? 60_000),
      retryIntervalInMilliseconds: 20,
    }),
});
