/** What orchestrators see of their own replay, and the library's client with all its options. */
/* eslint-disable @typescript-eslint/no-unsafe-assignment, @typescript-eslint/no-unsafe-return
   -- what the library passes back into a generator is `any` */
import { app, type HttpRequest, type InvocationContext } from '@azure/functions';
import * as df from 'durable-functions';
import { type OrchestrationContext, type OrchestrationHandler, type Task } from 'durable-functions';
import { orchestrator } from './orchestrator.js';

const tally = (key: string) => new df.EntityId('tally', key);

/** What was the case at the first run of each step, beside what the last replay says of it. */
orchestrator('replayed', function* ({ df: o }) {
  const look = () => ({ guid: o.newGuid(o.instanceId), at: o.currentUtcDateTime.toISOString() });
  const replaying = [o.isReplaying];
  const first = look();
  const kept: unknown = yield o.callActivity('echo', first);
  replaying.push(o.isReplaying);
  const second = look();
  const keptSecond: unknown = yield o.callActivity('echo', second);
  replaying.push(o.isReplaying);
  return { now: [first, second, look()], then: [kept, keptSecond], replaying };
});

orchestrator('twoWaiters', function* ({ df: o }) {
  const [early, late] = [o.waitForExternalEvent('go'), o.waitForExternalEvent('go')];
  const first: Task = yield o.Task.any([early, late]);
  yield o.Task.any([early, o.waitForExternalEvent('again')]);
  return [first === late ? 'late' : 'early', late.result, early.result];
});

orchestrator('otherCase', function* ({ df: o }) {
  yield o.callEntity(new df.EntityId('TALLY', o.instanceId), 'add', 2);
  return [
    yield o.callActivity('ECHO', 1),
    yield o.callSubOrchestrator('CHILDversion', null, undefined, '9'),
    yield o.callEntity(tally(o.instanceId), 'get'),
  ];
});

orchestrator('values', function* ({ df: o }) {
  const value = { date: new Date(0), number: NaN, nothing: undefined, list: [undefined, 1] };
  return { echoed: yield o.callActivity('echo', value), own: value };
});

orchestrator('timestamps', function* ({ df: o }) {
  yield o.callActivity('echo', 1);
  const { Timestamp, when } = o.getInput<{ Timestamp: unknown; when: unknown }>();
  return [Timestamp instanceof Date, typeof when];
});

/** Truthy ones count only: the library sends no others. */
orchestrator('customStatuses', function* ({ df: o }) {
  for (const status of ['one', 0, '', null, false]) {
    o.setCustomStatus(status);
    yield o.callActivity('echo', 1);
  }
  return 'kept';
});

orchestrator('talks', function* (context) {
  const { df: o } = context;
  context.log(`${o.instanceId} at each replay`);
  if (!o.isReplaying) context.log(`${o.instanceId} at the first run`);
  yield o.callActivity('echo', 1);
  return yield o.callActivity('echo', 2);
});

/** Ends right after it sent a signal, in each way that there is. */
orchestrator('signalsAtTheEnd', function* ({ df: o }) {
  const how = o.getInput<string>();
  if (how === 'over') return 'over';
  yield o.callActivity('echo', 1);
  o.signalEntity(tally(o.instanceId), 'add', 1);
  if (how === 'throw') throw new Error('after a signal');
  if (how === 'again') o.continueAsNew('over');
  return how;
});

orchestrator('signalsNobody', function* ({ df: o }) {
  o.signalEntity(new df.EntityId('noSuchEntity', 'k'), 'op');
  return yield o.callActivity('echo', 'went on');
});

const asynchronous = async function* ({ df: o }: OrchestrationContext) {
  yield await Promise.resolve(o.callActivity('echo', 1));
};
df.app.orchestration('asynchronous', asynchronous as unknown as OrchestrationHandler);

// Entities

/** Keeps what it was told before it throws, and answers without ever having set a state. */
df.app.entity<string[]>('careless', ({ df: entity }) => {
  const input = entity.getInput<unknown>();
  const state = entity.getState() ?? [];
  if (entity.operationName === 'answer') {
    entity.return(null);
    return;
  }
  if (entity.operationName === 'read') {
    entity.return(state);
    return;
  }
  if (entity.operationName === 'answerTwice') {
    for (const answer of [1, 2]) entity.return(answer);
    return;
  }
  if (entity.operationName === 'forward') {
    entity.signalEntity(new df.EntityId('careless', `${entity.entityId.key}-target`), 'keep', 0);
    return;
  }
  entity.setState([...state, input === undefined ? 'nothing' : JSON.stringify(input)]);
  if (entity.operationName === 'keepAndThrow') throw new Error('after keeping');
});

orchestrator('asksBothAtOnce', function* ({ df: o }) {
  const careless = new df.EntityId('careless', o.instanceId);
  return yield o.Task.all([o.callEntity(careless, 'answerTwice'), o.callEntity(careless, 'read')]);
});

// HTTP, through the library's own client

interface ClientCall {
  call: string;
  name?: string;
  id?: string;
  options?: Record<string, unknown>;
  data?: unknown;
}

/** Dates arrive as text. */
function filter({ options = {} }: ClientCall): df.OrchestrationFilter {
  const { createdTimeFrom, createdTimeTo, ...rest } = options as { createdTimeFrom?: string; createdTimeTo?: string };
  return {
    ...rest,
    ...(createdTimeFrom !== undefined && { createdTimeFrom: new Date(createdTimeFrom) }),
    ...(createdTimeTo !== undefined && { createdTimeTo: new Date(createdTimeTo) }),
  };
}

function carryOut(client: df.DurableClient, given: ClientCall): Promise<unknown> {
  const { call, name = '', id = '', options, data } = given;
  switch (call) {
    case 'startNew':
      return client.startNew(name, options);
    case 'getStatus':
      return client.getStatus(id, options);
    case 'getStatusBy':
      return client.getStatusBy(filter(given));
    case 'purgeBy':
      return client.purgeInstanceHistoryBy(filter(given));
    case 'purge':
      return client.purgeInstanceHistory(id);
    case 'raiseEvent':
      return client.raiseEvent(id, name, data);
    case 'rewind':
      return client.rewind(id, 'because');
    case 'signal':
      return client.signalEntity(new df.EntityId(name, id), 'add', data);
    case 'readEntity':
      return client.readEntityState(new df.EntityId(name, id));
    default:
      throw new Error(`no call ${call}`);
  }
}

/** Clients are inputs of every kind of function. */
df.app.activity('carriesOut', {
  extraInputs: [df.input.durableClient()],
  handler: (given: ClientCall, context) => carryOut(df.getClient(context), given),
});
orchestrator('callsCarriesOut', function* ({ df: o }) {
  return yield o.callActivity('carriesOut', o.getInput());
});

app.http('carryOut', {
  route: 'carryOut',
  methods: ['POST'],
  extraInputs: [df.input.durableClient()],
  handler: async (request: HttpRequest, context: InvocationContext) => {
    try {
      return {
        jsonBody: { result: (await carryOut(df.getClient(context), (await request.json()) as ClientCall)) ?? null },
      };
    } catch (error) {
      return { jsonBody: { error: (error as Error).message } };
    }
  },
});
