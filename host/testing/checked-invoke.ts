import { type HostFunction, type InvocationRequest, type InvocationResult, type Invoke } from '../contracts.js';
import { TestHostError } from './errors.js';

/** Azure's limits; `Infinity` turns one off. */
export interface AzureLimits {
  /**
   * Bytes of an input, a result or an entity's state as JSON.
   * @default 1,048,576: more than that the Durable Task Scheduler does not take
   */
  payloadBytes?: number;
  /**
   * Events in the history of one execution: each turn reads and replays all of them.
   * @default 10,000
   */
  historyEvents?: number;
}

const DEFAULT_LIMITS = { payloadBytes: 1_048_576, historyEvents: 10_000 };

interface Checks {
  /** Whether each turn of an orchestrator runs twice. */
  isReplayForced: boolean;
  limits: AzureLimits;
  /** Called with each problem; the invocation fails with it too. */
  onProblem: (problem: TestHostError) => void;
}

/** Runs functions, and fails where Azure would fail or where an orchestrator is not deterministic. */
export function checkedInvoke(invoke: Invoke, { isReplayForced, limits, onProblem }: Checks): Invoke {
  const { payloadBytes, historyEvents } = { ...DEFAULT_LIMITS, ...limits };

  const fail = (message: string): never => {
    const problem = new TestHostError(message);
    onProblem(problem);
    throw problem;
  };

  const checkSize = ({ name }: HostFunction, what: string, value: unknown): void => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    const bytes = Buffer.byteLength(text);
    if (bytes <= payloadBytes) return;
    fail(
      `${name}: ${what} has ${count(bytes)} bytes as JSON; the limit is ${count(payloadBytes)}. ` +
        'Store it, for example as a blob, and pass its name.',
    );
  };

  const checkHistory = ({ name }: HostFunction, { triggerValue }: InvocationRequest): void => {
    const { length } = (triggerValue as { history: unknown[] }).history;
    if (length <= historyEvents) return;
    fail(
      `${name}: the history has ${count(length)} events; the limit is ${count(historyEvents)}. ` +
        'End the execution by continueAsNew, or move a part of the work to sub-orchestrations.',
    );
  };

  const runOrchestrator: Invoke = async (fn, request) => {
    checkHistory(fn, request);
    const outcome = await outcomeOf(invoke, fn, request);
    const reply = replyOf(outcome);
    if (isReplayForced) {
      const again = replyOf(await outcomeOf(invoke, fn, request));
      if (again !== reply) fail(differenceOf(fn, reply, again));
    }
    if ('thrown' in outcome) throw outcome.thrown;
    const { actions = [], output, customStatus } = Object(outcome.result.result) as Partial<Reply>;
    for (const action of actions.flat()) checkSize(fn, `the input of ${what(action)}`, action.input ?? null);
    checkSize(fn, 'its output', output ?? null);
    checkSize(fn, 'its custom status', customStatus ?? null);
    return outcome.result;
  };

  return async (fn, request) => {
    if (fn.trigger.type === 'orchestrationTrigger') return runOrchestrator(fn, request);
    checkSize(
      fn,
      'its input',
      request.triggerData?.json ?? request.triggerData?.string ?? request.triggerValue ?? null,
    );
    const result = await invoke(fn, request);
    checkSize(fn, fn.trigger.type === 'entityTrigger' ? 'its state or result' : 'its result', result.result ?? null);
    return result;
  };
}

type Action = Partial<Record<'functionName' | 'operation', string>> & { input?: unknown };

interface Reply {
  actions: Action[][];
  output: unknown;
  customStatus: unknown;
}

type Outcome = { result: InvocationResult } | { thrown: unknown };

async function outcomeOf(invoke: Invoke, fn: HostFunction, request: InvocationRequest): Promise<Outcome> {
  try {
    return { result: await invoke(fn, request) };
  } catch (thrown) {
    return { thrown };
  }
}

/** What the library sends to the host after a turn. */
function replyOf(outcome: Outcome): string {
  if ('result' in outcome) return JSON.stringify(outcome.result.result ?? null);
  return outcome.thrown instanceof Error ? outcome.thrown.message : String(outcome.thrown);
}

function differenceOf({ name }: HostFunction, first: string, second: string): string {
  let at = 0;
  while (at < first.length && first[at] === second[at]) at++;
  const part = (text: string) => `…${text.slice(Math.max(0, at - 80), at + 80)}…`;
  return (
    `${name} is not deterministic: the same turn gave two replies, ${part(first)} and ${part(second)}. ` +
    'Take times from context.df.currentUtcDateTime and ids from context.df.newGuid, and everything else from activities.'
  );
}

function what({ functionName, operation }: Action): string {
  return functionName ?? operation ?? 'an action';
}

const count = (value: number) => value.toLocaleString('en-US');
