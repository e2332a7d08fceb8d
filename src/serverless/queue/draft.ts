import { type RowWrite } from '../../platform/storage.js';
import { endColumns, requestKey, rowOfRequest, type RequestEnd, type RequestRecord } from '../requests/request-row.js';
import { counted } from './minutes.js';
import { queuedIn, type QueueState } from './queue.js';

type ReadRequest = (sequence: number) => Promise<RequestRecord | undefined>;

/** A change of an endpoint's queue and of its requests, before it is stored. */
export class Draft {
  state: QueueState;
  readonly now: number;
  /** Requests that enter. */
  readonly entered: RequestRecord[] = [];
  /** Requests that have waited and get a place. */
  readonly granted: RequestRecord[] = [];
  /** Requests that end while they wait. */
  readonly dropped: RequestRecord[] = [];
  readonly #partition: string;
  readonly #before: QueueState;
  readonly #read: ReadRequest;
  readonly #writes = new Map<number, RowWrite>();
  readonly #ended = new Map<number, RequestEnd>();

  constructor(partition: string, state: QueueState, now: number, read: ReadRequest) {
    this.state = state;
    this.now = now;
    this.#partition = partition;
    this.#before = state;
    this.#read = read;
  }

  /** The request as it is after this change. @throws OperationError 503 */
  async request(sequence: number): Promise<RequestRecord | undefined> {
    const entered = this.entered.find((request) => request.sequence === sequence);
    const request = entered ?? (await this.#read(sequence));
    const end = this.#ended.get(sequence);
    return request && end ? { ...request, end } : request;
  }

  hasEnded(sequence: number): boolean {
    return this.#ended.has(sequence);
  }

  insert(request: RequestRecord): void {
    this.entered.push(request);
    this.#writes.set(request.sequence, { insert: rowOfRequest(this.#partition, request) });
  }

  end(sequence: number, end: RequestEnd): void {
    this.#ended.set(sequence, end);
    const key = { partitionKey: this.#partition, rowKey: requestKey(sequence) };
    const inserted = this.#writes.get(sequence);
    if (inserted && 'insert' in inserted) Object.assign(inserted.insert, endColumns(end));
    else this.#writes.set(sequence, { merge: { ...key, ...endColumns(end) } });
  }

  /** Number of rows of requests to write. */
  get size(): number {
    return this.#writes.size;
  }

  /** Rows of requests to write, at most `MAX_ROWS` of endpoint-queue.ts. */
  get rows(): RowWrite[] {
    return [...this.#writes.values()];
  }

  get isChanged(): boolean {
    return this.#writes.size > 0 || this.state !== this.#before;
  }

  /** The state to be stored, with this change in its minutes. */
  get counted(): QueueState {
    const { state } = this;
    const gauges = { queued: queuedIn(state), running: state.places.length };
    return { ...state, minutes: counted(state.minutes, gauges, [...this.#ended.values()], this.now) };
  }
}
