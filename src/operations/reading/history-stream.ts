import { JsonObjectReader } from '../../platform/json-stream.js';
import { findInstance, type DurableClient, type Instance } from '../durable.js';
import { sendToTaskHub } from '../task-hub-http.js';

/**
 * An event of a durable history as the management API shows it (host contract, 5.2): the event that scheduled a task is
 * left out once the task has ended, and its time is in `ScheduledTime`. `Result` is a value, `Input` is JSON text.
 */
export interface HistoryEvent {
  EventType: string;
  Timestamp: string;
  ScheduledTime?: string;
  /** Of an ended task, and of the orchestrator. */
  FunctionName?: string;
  /** Of a task that runs, and of an external event. */
  Name?: string;
  /** Of a sub-orchestration; in extension 3.14 only of one that runs (docs/host.md). */
  InstanceId?: string;
  /** Null for a task where the setting `storeInputsInOrchestrationHistory` is off. */
  Input?: string | null;
  Result?: unknown;
  Reason?: string | null;
  FailureDetails?: { ErrorMessage?: string } | null;
  OrchestrationStatus?: string;
  FireAt?: string;
}

/** Longest time in which the task hub sends nothing, ms: it reads the whole history before its first byte. */
const IDLE_MS = 20_000;
/** A longer event, or member of the status, is skipped, bytes. */
const MAX_EVENT_BYTES = 8 * 1024 * 1024;

/**
 * Reads the history of an instance event by event, while its bytes arrive. The library knows the URL, but reads the
 * whole history into memory and under a name that Azure does not send (`history`, docs/host.md). So its HTTP client is
 * replaced for this call, as in `configureClient`.
 * @returns the instance; undefined when the task hub has none of that id
 * @throws OperationError 503
 */
export function readHistory(
  client: DurableClient,
  id: string,
  onEvent: (event: HistoryEvent) => void,
): Promise<Instance | undefined> {
  const axiosInstance = { get: (url: string) => readStatus(url, onEvent) };
  const reading = Object.assign(Object.create(client) as DurableClient, { axiosInstance });
  return findInstance(reading, id, { showHistory: true, showHistoryOutput: true, showInput: true });
}

/** An answer of the management API as the library expects it, without the history. */
async function readStatus(url: string, onEvent: (event: HistoryEvent) => void) {
  const answer = await sendToTaskHub({ method: 'GET', url: new URL(url), headers: {}, idleTimeoutMs: IDLE_MS });
  const { status, headers } = answer;
  if (status !== 200 && status !== 202) return { status, headers, data: await answer.text() };
  const data: Record<string, unknown> = {};
  const reader = new JsonObjectReader({
    arrays: ['historyEvents'],
    valueBytes: MAX_EVENT_BYTES,
    skipsLong: true,
    onValue: (name, value, index) => {
      if (index === undefined) data[name] = value ?? null;
      else if (value !== undefined) onEvent(value as HistoryEvent);
    },
  });
  for await (const chunk of answer.stream() as AsyncIterable<Buffer>) reader.write(chunk);
  reader.end();
  return { status, headers, data };
}
