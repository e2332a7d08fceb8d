import { type AxiosInstance } from 'axios';
import { commonErrors } from '../../platform/errors.js';
import { createServiceClient, failureOf, isServiceFailure, type ServiceOptions } from '../../platform/http-client.js';
import { type TableStore } from '../../platform/table-store.js';
import { telemetry, type Observation } from '../../platform/telemetry/index.js';
import { Breaker } from './breaker.js';
import { Latencies } from './latencies.js';
import { Pauses, type Pause } from './pauses.js';
import { type UpstreamView } from './schemas.js';
import { MINUTES, Statistics, timeOf, type Minute } from './statistics.js';

/** Minutes of `last5Minutes`, and in which a call says whether a service fails. */
const RECENT_MINUTES = 5;

/** The outside services: all calls of them go through the clients that are made here (docs/upstreams.md). */
export class Upstreams {
  readonly pauses: Pauses;
  readonly #statistics: Statistics;
  readonly #hosts = new Map<string, string>();
  readonly #breakers = new Map<string, Breaker>();
  readonly #now: () => number;
  readonly #startedAt: string;

  /**
   * @param urls the URLs of services by their names; one without a URL is not used
   * @param failures failed calls in a row that open a circuit breaker; 0: none opens
   */
  constructor(
    table: TableStore,
    urls: Readonly<Record<string, string | undefined>>,
    failures: number,
    now: () => number = Date.now,
  ) {
    this.pauses = new Pauses(table, now);
    this.#statistics = new Statistics(table, now);
    this.#now = now;
    this.#startedAt = new Date(now()).toISOString();
    for (const [name, url] of Object.entries(urls)) {
      if (url === undefined) continue;
      this.#hosts.set(name, new URL(url).host);
      this.#breakers.set(name, new Breaker(failures));
    }
    telemetry().observe('upstreamState', () => this.#observedStates());
  }

  /** As this process knows them. */
  *#observedStates(): Iterable<Observation> {
    for (const [name, { isOpen }] of this.#breakers) {
      const current = this.pauses.isKnownPaused(name) ? 'paused' : isOpen ? 'failing' : 'ok';
      for (const state of ['ok', 'failing', 'paused'])
        yield {
          value: state === current ? 1 : 0,
          attributes: { 'longhaul.upstream.name': name, 'longhaul.upstream.state': state },
        };
    }
  }

  /** A client of a service. A call while the service is paused or fails is not made: it throws. */
  client(name: string, options: Omit<ServiceOptions, 'gate'>, random = Math.random): AxiosInstance {
    const breaker = this.#breakers.get(name);
    if (!breaker) throw new Error(`There is no outside service ${name}; name it in createCore.`);
    let savedChange = breaker.changedAt;
    const gate = async <T>(request: () => Promise<T>): Promise<T> => {
      await this.pauses.mustNotBePaused(name);
      let call: { ms: number; isFailure: boolean } | undefined;
      const measured = async () => {
        const begun = performance.now();
        try {
          const answer = await request();
          call = { ms: performance.now() - begun, isFailure: false };
          return answer;
        } catch (thrown) {
          const failure = failureOf(thrown);
          // A call that the app aborted says nothing of the service.
          if (failure && failure.kind !== 'aborted')
            call = { ms: performance.now() - begun, isFailure: isServiceFailure(failure) };
          throw thrown;
        }
      };
      try {
        return await breaker.run(measured);
      } finally {
        const { isOpen, changedAt } = breaker;
        if (call) this.#statistics.record(name, { ...call, isOpen, changedAt });
        if (changedAt !== savedChange) {
          savedChange = changedAt;
          void this.#statistics.save({ withCurrent: true }); // so that all processes show it
        }
      }
    };
    return createServiceClient({ name, ...options, gate }, random);
  }

  /** @throws OperationError 503 `UpstreamPaused` when one of the services is paused */
  async mustNotBePaused(names: readonly string[]): Promise<void> {
    for (const name of names) await this.pauses.mustNotBePaused(name);
  }

  /** @throws OperationError 404 */
  checkName(name: string): void {
    if (this.#hosts.has(name)) return;
    const known = [...this.#hosts.keys()].join(', ');
    throw commonErrors.NotFound(`There is no outside service ${name}; there are: ${known}.`, { target: 'name' });
  }

  /** Writes the statistics of minutes that are over; it is done by itself after each minute. */
  saveStatistics(): Promise<void> {
    return this.#statistics.save();
  }

  /** All services as operators see them. @throws OperationError 503 */
  async list(): Promise<UpstreamView[]> {
    const names = [...this.#hosts.keys()];
    const [pauses, minutes, waiting] = await Promise.all([
      this.pauses.all(),
      this.#statistics.lastHour(),
      Promise.all(names.map((name) => this.pauses.waiting(name))),
    ]);
    return names.map((name, index) => {
      const own = minutes.filter(({ upstream }) => upstream === name);
      return this.#view(name, pauses.get(name), own, waiting[index] ?? 0);
    });
  }

  /** @throws OperationError 404, 503 */
  async get(name: string): Promise<UpstreamView> {
    this.checkName(name);
    const found = (await this.list()).find((upstream) => upstream.name === name);
    if (!found) throw new Error(`The service ${name} is not listed.`);
    return found;
  }

  #view(name: string, pause: Pause | undefined, minutes: readonly Minute[], waiting: number): UpstreamView {
    const last = Math.floor(this.#now() / 60_000);
    const between = (first: number, end: number) => minutes.filter(({ minute }) => minute >= first && minute <= end);
    const recent = between(last - RECENT_MINUTES + 1, last);
    return {
      name,
      host: this.#hosts.get(name) ?? '',
      ...this.#stateOf(pause, minutes, recent),
      last5Minutes: joined(recent),
      waitingOperations: waiting,
      minutes: Array.from({ length: MINUTES }, (_, index) => {
        const minute = last - MINUTES + 1 + index;
        return { dateTime: timeOf(minute), ...joined(between(minute, minute)) };
      }),
    };
  }

  #stateOf(
    pause: Pause | undefined,
    minutes: readonly Minute[],
    recent: readonly Minute[],
  ): Pick<UpstreamView, 'state' | 'since' | 'reason'> {
    if (pause?.isPaused) return { state: 'paused', since: pause.since, reason: pause.reason };
    const failing = latestByProcess(recent).filter(({ isOpen }) => isOpen);
    const earliest = timesOf(failing)[0];
    if (earliest !== undefined) return { state: 'failing', since: earliest };
    const changes = [...timesOf(minutes), ...(pause ? [pause.since] : [])].sort();
    return { state: 'ok', since: changes.at(-1) ?? this.#startedAt };
  }

  /** Deletes statistics of over an hour ago; returns the services whose waiting operations were not told of a resume. */
  async tend(): Promise<{ upstream: string; pauseNumber: number }[]> {
    while ((await this.#statistics.deleteOld()) > 0);
    return this.pauses.untold();
  }
}

function joined(minutes: readonly Minute[]): UpstreamView['last5Minutes'] {
  const latencies = new Latencies();
  for (const minute of minutes) latencies.join(minute.latencies);
  return {
    calls: minutes.reduce((sum, { calls }) => sum + calls, 0),
    failures: minutes.reduce((sum, { failures }) => sum + failures, 0),
    p50Ms: latencies.percentile(0.5),
    p95Ms: latencies.percentile(0.95),
  };
}

/** When circuit breakers changed, in order. */
function timesOf(minutes: readonly Minute[]): string[] {
  return minutes.flatMap(({ changedAt }) => changedAt ?? []).sort();
}

function latestByProcess(minutes: readonly Minute[]): Minute[] {
  const sorted = [...minutes].sort((a, b) => a.minute - b.minute);
  return [...new Map(sorted.map((minute) => [minute.process, minute])).values()];
}
