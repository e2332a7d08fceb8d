import { randomUUID } from 'node:crypto';
import { RecentMap } from '../platform/recent-map.js';

/** A predecessor may have been cancelled, or be with another process of the app: it is not waited for longer. */
const PATIENCE_MS = 250;
/** Each wait in vain quarters the patience, each other one doubles it: where processes share the work, there is none. */
const MOST_VAIN = 10;
/** How often a cap is read anew while somebody waits for it to be raised, or for a call to end. */
const READ_CAP_MS = 1_000;
/** Those of one endpoint that are on their way here, within milliseconds, and those that have begun lately. */
const MAX_KNOWN = 2_000;

export interface Start {
  endpoint: string;
  sequence: number;
  /** Who was given a place, or made ready, before it; Infinity: nobody whom this process would hear of. */
  after: number;
  /** Of one that was only made ready: whether it has been given a place since. */
  hasPlace?: () => Promise<boolean>;
  /** Ends the waiting. */
  signal: AbortSignal;
}

/** A call that may begin. Saying the same thing again does nothing. */
export interface Started {
  /** It is on its way. */
  sent: () => void;
  ended: () => void;
}

/**
 * Lets the calls of each endpoint begin in the order of their sequences, and not more at a time than its cap. The queue
 * gives places in that order, yet what follows (an event, a turn, an activity each) takes now this long and now that;
 * and it makes requests ready for whom there is no place yet, so that the next call begins when one ends, and not some
 * steps later.
 *
 * B1. Who has come may line up when `after`, or a later one, has: places are given in ascending order. It need know no
 *     more than the latest that lined up. Who has a place waits for that for a moment only.
 * B2. A call begins when it is the first in the line, the one before is on its way (or has not been for long), and fewer
 *     are under way than the cap allows.
 */
export interface Starts {
  /** Names this process: what another one made ready may have begun there. */
  readonly boot: string;
  /** @throws the signal's reason */
  begin(start: Start): Promise<Started>;
  /** It has been made ready, and will come. */
  expect(endpoint: string, sequence: number): void;
  /**
   * Keeps those that this process made ready, and that have never begun, from beginning: they wait for their signals.
   * @returns which
   */
  hold(endpoint: string, sequences: readonly number[]): number[];
}

/** @param capOf how many calls an endpoint may have under way */
export function createStarts(capOf: (endpoint: string) => Promise<number>, patienceMs = PATIENCE_MS): Starts {
  const lines = new Map<string, Line>();
  const lineOf = (endpoint: string): Line => {
    const line = lines.get(endpoint) ?? new Line(() => capOf(endpoint), patienceMs);
    lines.set(endpoint, line);
    return line;
  };
  return {
    boot: randomUUID().slice(0, 8),
    begin: (start) => lineOf(start.endpoint).begin(start),
    expect: (endpoint, sequence) => lineOf(endpoint).expect(sequence),
    hold: (endpoint, sequences) => sequences.filter((sequence) => lineOf(endpoint).hold(sequence)),
  };
}

interface Waiting extends Start {
  resolve: (started: Started) => void;
}

class Line {
  #latest = 0;
  #vain = 0;
  #cap = 0;
  #underWay = 0;
  #isSending = false;
  /** Those whose predecessors have not come, with their timers. */
  readonly #early = new Map<Waiting, NodeJS.Timeout>();
  /** Ascending. */
  readonly #lined: Waiting[] = [];
  /** Of those that this process made ready, where they are. */
  readonly #ready = new RecentMap<number, 'expected' | 'come' | 'held' | 'begun'>(MAX_KNOWN);
  #readsCap = false;

  constructor(
    private readonly capOf: () => Promise<number>,
    private readonly patienceMs: number,
  ) {}

  async begin(start: Start): Promise<Started> {
    this.#cap = await this.capOf();
    start.signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Started>();
    const waiting = { ...start, resolve };
    const leave = () => {
      this.#takeOut(waiting);
      reject(start.signal.reason as Error);
    };
    start.signal.addEventListener('abort', leave, { once: true });
    const state = this.#ready.get(start.sequence);
    if (state === 'expected') this.#ready.set(start.sequence, 'come');
    if (state === 'held') this.#pass(start.sequence);
    else if (start.after <= this.#latest) this.#lineUp([waiting]);
    else this.#waitForPredecessor(waiting);
    return promise.finally(() => start.signal.removeEventListener('abort', leave));
  }

  expect(sequence: number): void {
    if (this.#ready.get(sequence) === undefined) this.#ready.set(sequence, 'expected');
  }

  hold(sequence: number): boolean {
    const state = this.#ready.get(sequence);
    if (state === undefined || state === 'begun') return false;
    this.#ready.set(sequence, 'held'); // also if it comes again
    const waiting = [...this.#early.keys(), ...this.#lined].find((other) => other.sequence === sequence);
    if (waiting) this.#takeOut(waiting);
    return true;
  }

  #takeOut(waiting: Waiting): void {
    this.#stopWaiting(waiting);
    const place = this.#lined.indexOf(waiting);
    if (place >= 0) this.#lined.splice(place, 1);
  }

  /** Nobody need wait for it. */
  #pass(sequence: number): void {
    this.#latest = Math.max(this.#latest, sequence);
    this.#lineUp([...this.#early.keys()].filter(({ after }) => after <= this.#latest));
  }

  #stopWaiting(waiting: Waiting): void {
    clearTimeout(this.#early.get(waiting));
    this.#early.delete(waiting);
  }

  #waitForPredecessor(waiting: Waiting): void {
    const ms = waiting.hasPlace ? this.patienceMs : this.patienceMs / 2 ** this.#vain;
    this.#early.set(waiting, setTimeout(() => void this.#losePatience(waiting), ms).unref());
  }

  /** Those that come before it have waited as long: they go first. Who is only ready must not overtake anybody. */
  async #losePatience(waiting: Waiting): Promise<void> {
    const { sequence, hasPlace } = waiting;
    const mayBegin = !hasPlace || (await hasPlace().catch(() => false));
    if (!this.#early.has(waiting)) return;
    if (!mayBegin) {
      this.#waitForPredecessor(waiting);
      return;
    }
    if (!hasPlace) this.#learn(2);
    this.#lineUp([...this.#early.keys()].filter((other) => other.sequence <= sequence));
  }

  #learn(vain: number): void {
    this.#vain = Math.min(Math.max(0, this.#vain + vain), MOST_VAIN);
  }

  #lineUp(some: Waiting[]): void {
    for (
      let next = some;
      next.length > 0;
      next = [...this.#early.keys()].filter(({ after }) => after <= this.#latest)
    ) {
      if (next !== some) this.#learn(-1);
      for (const waiting of next) {
        this.#stopWaiting(waiting);
        this.#lined.push(waiting);
        this.#latest = Math.max(this.#latest, waiting.sequence);
      }
    }
    this.#lined.sort((one, other) => one.sequence - other.sequence);
    this.#beginSome();
  }

  #beginSome(): void {
    while (!this.#isSending && this.#underWay < this.#cap) {
      const first = this.#lined.shift();
      if (!first) break;
      this.#underWay++;
      if (this.#ready.get(first.sequence)) this.#ready.set(first.sequence, 'begun');
      this.#isSending = true;
      first.resolve(this.#started());
    }
    if (this.#lined.length === 0 || this.#readsCap) return;
    this.#readsCap = true;
    setTimeout(() => void this.#readCap(), READ_CAP_MS).unref();
  }

  async #readCap(): Promise<void> {
    this.#cap = await this.capOf().catch(() => this.#cap);
    this.#readsCap = false;
    this.#beginSome();
  }

  #started(): Started {
    let [isWaitedFor, isEnded] = [true, false];
    const goOn = () => {
      clearTimeout(timer);
      if (isWaitedFor) this.#isSending = false;
      isWaitedFor = false;
      this.#beginSome();
    };
    const timer = setTimeout(goOn, this.patienceMs).unref(); // a connection that is long in coming
    const ended = () => {
      if (!isEnded) this.#underWay--;
      isEnded = true;
      goOn();
    };
    return { sent: goOn, ended };
  }
}
