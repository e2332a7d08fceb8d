import { z } from 'zod';
import { type ErrorData, type Outcome } from '../../platform/errors.js';
import { shortError } from '../../platform/http/schemas.js';
import { type Redactor } from '../../platform/sensitive.js';
import { type ActivitySchemas } from '../activities.js';
import { type OperationKind } from '../define.js';
import { statusOfEnd } from '../end-log.js';
import { subOrchestrationId } from '../names.js';
import { isCanceled } from '../operation.js';
import { type Envelope, type OperationEnd } from '../schemas.js';
import { type HistoryEvent } from './history-stream.js';

/** Most spans of an answer; of more, the first and the last half. */
const MAX_SPANS = 1_000;
/** Longest input or output of a span, bytes. */
const MAX_SHOWN_BYTES = 1_024;
const SECOND_MS = 1_000;

const shownValue = z
  .unknown()
  .optional()
  .describe('Without sensitive fields. Of one over 1 KiB, the first 1 KiB of its text or JSON text, as a string.');

export const span = z
  .object({
    name: z.string().meta({ examples: ['plates.recognizeImages'] }),
    type: z.enum(['activity', 'subOrchestration', 'timer', 'event', 'orchestrator']),
    attempt: z.int().min(1).describe('From 1: one more after each failed attempt at the same step.'),
    startedDateTime: z.iso.datetime(),
    endedDateTime: z.iso.datetime().optional().describe('Absent while it runs, and of a timer that was canceled.'),
    status: z.enum(['Running', 'Succeeded', 'Failed', 'Canceled']),
    error: shortError.optional(),
    input: shownValue,
    output: shownValue,
    parent: z
      .int()
      .min(0)
      .optional()
      .describe('The index in `spans` of the sub-orchestration that it belongs to; absent in the operation itself.'),
  })
  .meta({ id: 'OperationSpan' });
export type Span = z.infer<typeof span>;

/** A span before its place is known. */
interface Draft {
  span: Span;
  /** The instance of a sub-orchestration. */
  instanceId?: string | undefined;
  /** The sub-orchestration that it belongs to. */
  owner?: string | undefined;
}

/** Spans in the order in which they began: all of them, or the first and the last ones. */
export class SpanList {
  #drafts: Draft[] = [];
  #isTruncated = false;

  add(draft: Draft): void {
    this.#drafts.push(draft);
    if (this.#drafts.length >= 4 * MAX_SPANS) this.#compact();
  }

  /** Spans that are added later can only take places of those that are kept. */
  #compact(): void {
    this.#drafts.sort((a, b) => compare(a.span.startedDateTime, b.span.startedDateTime));
    if (this.#drafts.length <= MAX_SPANS) return;
    this.#drafts.splice(MAX_SPANS / 2, this.#drafts.length - MAX_SPANS);
    this.#isTruncated = true;
  }

  result(): { spans: Span[]; truncated?: true } {
    this.#compact();
    const places = new Map(this.#drafts.map(({ instanceId }, index) => [instanceId, index]));
    const spans = this.#drafts.map(({ span, owner }) => {
      const parent = owner === undefined ? undefined : places.get(owner);
      return { ...span, ...(parent !== undefined && { parent }) };
    });
    return { spans, ...(this.#isTruncated && { truncated: true }) };
  }
}

/** ISO times of the same form sort as texts. */
function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

interface InstanceOptions {
  list: SpanList;
  redactor: Redactor;
  /** The operation; undefined for a sub-orchestration, whose own span is in its parent's history. */
  operation?: { id: string; kind: OperationKind };
  /** The instance of the sub-orchestration. */
  owner?: string;
  activities: ReadonlyMap<string, ActivitySchemas>;
  /** ms since the epoch. */
  now: number;
}

/** What a task got, gave, or failed with. */
type Ending = Pick<Span, 'status' | 'error' | 'output'>;

/** A failed attempt that another one may follow, and none has yet. */
interface FailedAttempt {
  ended: string;
  attempt: number;
}

/** Adds the spans of one instance from the events of its history, in their order. */
export class InstanceSpans {
  /** Spans of its sub-orchestrations, with the times at which they were scheduled, up to seven digits of a second. */
  readonly #subOrchestrations: { draft: Draft; scheduled: string }[] = [];
  readonly #options: InstanceOptions;
  readonly #failed = new Map<string, FailedAttempt[]>();
  /** Timers that have not fired, by their time. */
  readonly #timers = new Map<string, Span[]>();
  /** Tasks that have not ended. */
  readonly #running: Span[] = [];
  #orchestrator: Span | undefined;

  constructor(options: InstanceOptions) {
    this.#options = options;
  }

  add(event: HistoryEvent): void {
    switch (event.EventType) {
      case 'ExecutionStarted':
        this.#began(event);
        break;
      case 'ExecutionCompleted':
        this.#ended(event);
        break;
      case 'TaskScheduled':
      case 'TaskCompleted':
      case 'TaskFailed':
        this.#task('activity', event, this.#options.activities.get(event.FunctionName ?? event.Name ?? ''));
        break;
      case 'SubOrchestrationInstanceCreated':
      case 'SubOrchestrationInstanceCompleted':
      case 'SubOrchestrationInstanceFailed':
        this.#task('subOrchestration', event);
        break;
      case 'TimerCreated':
        this.#timerCreated(event);
        break;
      case 'TimerFired':
        this.#timerFired(event);
        break;
      case 'EventRaised':
        this.#event(event);
        break;
    }
  }

  /**
   * After the last event.
   * @param isRunning whether the instance has not ended
   * @returns the instances of its sub-orchestrations
   */
  end(isRunning: boolean): string[] {
    if (!isRunning) for (const span of this.#running) span.status = 'Canceled';
    for (const [fireAt, spans] of this.#timers) {
      if (isRunning && Date.parse(fireAt) > this.#options.now) continue;
      for (const span of spans) span.status = 'Canceled';
    }
    return this.#children();
  }

  /** Extension 3.14 does not say which instance a sub-orchestration was that has ended (docs/host.md); ids have its number. */
  #children(): string[] {
    const { operation } = this.#options;
    const inOrder = this.#subOrchestrations.sort((a, b) => compare(a.scheduled, b.scheduled));
    for (const [number, { draft }] of inOrder.entries())
      draft.instanceId ??= operation && subOrchestrationId(operation.id, number);
    return this.#subOrchestrations.flatMap(({ draft }) => draft.instanceId ?? []);
  }

  #add(span: Span, instanceId?: string): Draft {
    const draft = { span, instanceId, owner: this.#options.owner };
    this.#options.list.add(draft);
    return draft;
  }

  #began({ Timestamp, Input }: HistoryEvent): void {
    const { kind } = this.#options.operation ?? {};
    if (!kind) return;
    const envelope = parsed(Input) as Partial<Envelope> | undefined;
    this.#orchestrator = {
      name: kind.kind,
      type: 'orchestrator',
      attempt: 1,
      startedDateTime: timeOf(Timestamp),
      status: 'Running',
      ...this.#shown('input', kind.input, envelope?.input),
    };
    this.#add(this.#orchestrator);
  }

  #ended({ Timestamp, OrchestrationStatus, Result }: HistoryEvent): void {
    if (!this.#orchestrator) return;
    const ending = this.#endOf(OrchestrationStatus, Result);
    Object.assign(this.#orchestrator, { ...ending, endedDateTime: timeOf(Timestamp) });
  }

  #endOf(status: string | undefined, result: unknown): Ending {
    if (status === 'Terminated') return { status: 'Canceled' };
    const end = result as OperationEnd | string | null;
    if (status !== 'Completed' || typeof end !== 'object' || end === null) return this.#failure(String(result));
    if (end.end === 'failed') return this.#errorOf(end.error);
    const ending = { status: statusOfEnd(end) as Span['status'] };
    if (end.end !== 'succeeded' || !('result' in end)) return ending;
    return { ...ending, ...this.#shown('output', this.#options.operation?.kind.result, end.result) };
  }

  #task(type: 'activity' | 'subOrchestration', event: HistoryEvent, schemas: ActivitySchemas = {}): void {
    const isRunning = event.ScheduledTime === undefined;
    const functionName = event.FunctionName ?? event.Name ?? '';
    const started = timeOf(event.ScheduledTime ?? event.Timestamp);
    const span: Span = {
      name: dotted(functionName),
      type,
      attempt: this.#attemptOf(functionName, started),
      startedDateTime: started,
      status: 'Running',
      ...this.#shown('input', schemas.input, taskInput(event.Input)),
    };
    if (isRunning) this.#running.push(span);
    else this.#endTask(span, functionName, event, schemas);
    const draft = this.#add(span, event.InstanceId);
    if (type === 'activity') return;
    const scheduled = (event.ScheduledTime ?? event.Timestamp).replace(/Z|\+00:00$/, '');
    this.#subOrchestrations.push({ draft, scheduled });
  }

  #endTask(span: Span, functionName: string, event: HistoryEvent, schemas: ActivitySchemas): void {
    const ended = timeOf(event.Timestamp);
    Object.assign(span, { endedDateTime: ended, ...this.#taskEnd(event, schemas) });
    if (span.status !== 'Failed' || isFinalFailure(event.Result)) return;
    const failed = this.#failed.get(functionName) ?? [];
    failed.push({ ended, attempt: span.attempt });
    this.#failed.set(functionName, failed);
  }

  #taskEnd({ EventType, Result, Reason, FailureDetails }: HistoryEvent, { output }: ActivitySchemas): Ending {
    if (EventType.endsWith('Failed')) return this.#failure(FailureDetails?.ErrorMessage ?? Reason ?? '');
    const outcome = Result as Partial<Outcome<unknown>> | null | undefined;
    if (typeof outcome !== 'object' || outcome?.ok === undefined) {
      return { status: 'Succeeded', ...this.#shown('output', output, Result) };
    }
    if (outcome.ok) return { status: 'Succeeded', ...this.#shown('output', output, outcome.value) };
    const { error } = outcome as { error: ErrorData };
    return isCanceled({ ok: false, error }) ? { status: 'Canceled' } : this.#errorOf(error);
  }

  /** A task that begins after a failed one of the same name has ended is the next attempt at the same step. */
  #attemptOf(functionName: string, started: string): number {
    const failed = this.#failed.get(functionName);
    const index = failed?.findIndex(({ ended }) => ended <= started) ?? -1;
    const [before] = index === -1 ? [] : (failed?.splice(index, 1) ?? []);
    return (before?.attempt ?? 0) + 1;
  }

  #timerCreated({ FireAt = '', Timestamp }: HistoryEvent): void {
    const span: Span = {
      name: 'timer',
      type: 'timer',
      attempt: 1,
      startedDateTime: timeOf(Timestamp),
      status: 'Running',
    };
    const others = this.#timers.get(FireAt) ?? [];
    others.push(span);
    this.#timers.set(FireAt, others);
    this.#add(span);
  }

  #timerFired({ FireAt = '', Timestamp }: HistoryEvent): void {
    const span = this.#timers.get(FireAt)?.shift();
    if (!span) return;
    // Azure gives the time at which the timer was created, and rounds its wait down to whole seconds (docs/host.md).
    const created = Date.parse(span.startedDateTime);
    const waited = Math.floor((Date.parse(FireAt) - created) / SECOND_MS) * SECOND_MS;
    const endedDateTime = new Date(Math.max(Date.parse(Timestamp), created + waited)).toISOString();
    Object.assign(span, { status: 'Succeeded', endedDateTime });
  }

  #event({ Name = '', Input, Timestamp }: HistoryEvent): void {
    const at = timeOf(Timestamp);
    const times = { startedDateTime: at, endedDateTime: at };
    const input = this.#shown('input', undefined, parsed(Input));
    this.#add({ name: Name, type: 'event', attempt: 1, ...times, status: 'Succeeded', ...input });
  }

  /** An exception on the app's side. */
  #failure(message: string): Ending {
    return this.#errorOf({ code: 'InternalError', message });
  }

  #errorOf({ code, message }: Pick<ErrorData, 'code' | 'message'>): Ending {
    return { status: 'Failed', error: { code, message: cutText(this.#options.redactor.text(message)) } };
  }

  #shown<Name extends 'input' | 'output'>(
    name: Name,
    schema: z.ZodType | undefined,
    value: unknown,
  ): Partial<Record<Name, unknown>> {
    if (value === undefined || value === null) return {};
    return { [name]: cut(this.#options.redactor.value(schema, value)) } as Record<Name, unknown>;
  }
}

/** Whether an activity returned an error that no retry can help. */
function isFinalFailure(result: unknown): boolean {
  return (result as { error?: Partial<ErrorData> } | null | undefined)?.error?.retryable === false;
}

/** Kinds and activities have names with a dot; those of functions have an underscore (names.ts). */
function dotted(functionName: string): string {
  return functionName.replace('_', '.');
}

/** Azure gives up to seven digits of a second, and an offset or a Z. */
function timeOf(text: string): string {
  return new Date(text).toISOString();
}

function parsed(text: string | null | undefined): unknown {
  if (text === undefined || text === null) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Azure keeps the input of an activity as an array of one item, in which the library's text is a text again. */
function taskInput(text: string | null | undefined): unknown {
  const input = parsed(text);
  const only = Array.isArray(input) && input.length === 1 ? (input[0] as unknown) : input;
  return typeof only === 'string' ? parsed(only) : only;
}

function cut(value: unknown): unknown {
  if (typeof value === 'string') return cutText(value);
  const text = JSON.stringify(value);
  return isShort(text) ? value : cutText(text);
}

/** UTF-8 takes at most three bytes for a UTF-16 unit, so a short text need not be measured. */
function isShort(text: string): boolean {
  return text.length * 3 <= MAX_SHOWN_BYTES || Buffer.byteLength(text) <= MAX_SHOWN_BYTES;
}

/** The beginning of a text, without a character that is cut in two. */
function cutText(text: string): string {
  if (isShort(text)) return text;
  const bytes = Buffer.from(text.slice(0, MAX_SHOWN_BYTES)).subarray(0, MAX_SHOWN_BYTES);
  return new TextDecoder().decode(bytes, { stream: true });
}
