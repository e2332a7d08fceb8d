/** What arrives where, in JSON, and children whose ids and attempts tests look at. */
/* eslint-disable @typescript-eslint/no-unsafe-return
   -- what the library passes back into a generator, and `getInput`, are `any` */
import * as df from 'durable-functions';
import { RetryOptions } from 'durable-functions';
import { orchestrator } from './orchestrator.js';

const text = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value));

// eslint-disable-next-line require-yield -- it tells at once
orchestrator('sees', function* ({ df: o }) {
  return text(o.getInput());
});

orchestrator('childrenSee', function* ({ df: o }) {
  const values = o.getInput<unknown[]>();
  return yield o.Task.all(values.map((value) => o.callSubOrchestrator('sees', value)));
});

// eslint-disable-next-line require-yield -- nor does its last execution
orchestrator('seesAgain', function* ({ df: o }) {
  const input = o.getInput<unknown>();
  if (typeof input !== 'object' || input === null || !('again' in input)) return text(input);
  o.continueAsNew(input.again);
  return undefined;
});

orchestrator('eventsSee', function* ({ df: o }) {
  const got: string[] = [];
  for (let left = o.getInput<number>(); left > 0; left--) got.push(text(yield o.waitForExternalEvent('value')));
  return got;
});

orchestrator('entitySees', function* ({ df: o }) {
  const entity = new df.EntityId('careless', o.instanceId);
  for (const value of o.getInput<unknown[]>()) yield o.callEntity(entity, 'keep', value);
  o.signalEntity(entity, 'keep', 'signalled');
  return yield o.callEntity(entity, 'read');
});

/** Its grandchild asks for the id that the input names. */
orchestrator('grandparent', function* ({ df: o }) {
  return yield o.callSubOrchestrator('parent', { name: 'sees', id: o.getInput<string>() });
});

/** Every attempt fails under the id that the host has given it. */
orchestrator('childWithIds', function* ({ df: o }) {
  try {
    yield o.callSubOrchestratorWithRetry('failsWithId', new RetryOptions(1, 3));
  } catch (error) {
    return (error as Error).message;
  }
  return 'never';
});
orchestrator('failsWithId', function* ({ df: o }) {
  yield o.callActivity('echo', 1);
  throw new Error(`as <${o.instanceId}>`);
});
