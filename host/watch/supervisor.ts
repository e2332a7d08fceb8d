import { setTimeout as pause } from 'node:timers/promises';
import { createLog, type HostLog } from '../log.js';
import { type HostOptions, resolveOptions, urlHost } from '../options.js';
import { AppChild, type Started } from './app-child.js';
import { Build } from './build-watcher.js';
import { Gate } from './public-port.js';
import { type StartOrder } from './protocol.js';

/** What ends a time of waiting. */
type Event = { kind: 'changed'; what: string } | { kind: 'told'; graceMs: number } | { kind: 'ended'; how: string };

/** For work under way when the build has changed, in ms. What is cut off, activities above all, runs again. */
const RESTART_GRACE_MS = 300;
/** An app that ends by itself sooner than this is started again later and later. */
const STEADY_MS = 5_000;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;
/** Refusals that no change of the build can mend. */
const FATAL: ReadonlySet<string> = new Set(['InspectError', 'ListenError', 'OptionError', 'StateInUseError']);

/** The host refused to start for a reason that is not the app's. The message says what to do. */
export class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
}

/**
 * `--watch`: holds the port and runs the app in a process of its own, a new one whenever the build changes, because an
 * app's modules load once in a process.
 *
 * S1 At most one process has the app: the next loads it when the last one is gone, and with it its lock on the state.
 * S2 One more process waits with the host loaded, so that a change costs only the loading of the app.
 * S3 Whatever goes wrong with a build is shown, and the next change tried. Only `stop` and what no build can mend end
 *    the supervisor.
 * S4 No process outlives the supervisor: they end with their channel to it (see parent-watch.ts).
 */
export class Supervisor {
  readonly log: HostLog;
  readonly #options: StartOrder;
  readonly #onReady: (url: string) => void;
  readonly #build: Build;
  readonly #told = Promise.withResolvers<Event & { kind: 'told' }>();
  #standby: AppChild | undefined;
  #current: AppChild | undefined;
  #finished: Promise<void> | undefined;
  #failures = 0;

  /** @param onReady called each time that the app serves */
  constructor(options: HostOptions, onReady: (url: string) => void) {
    const { appDir, stateDir, host, port, logFormat } = resolveOptions(options);
    this.#options = { ...options, appDir, stateDir, host, port };
    this.#onReady = onReady;
    this.#build = new Build(appDir, stateDir);
    this.log = createLog({ levels: { default: 'information' }, format: logFormat, fd: process.stderr.fd });
  }

  /** Resolves after `stop`. @throws ListenError, SupervisorError: their messages say what to do */
  run(): Promise<void> {
    return (this.#finished ??= this.#run());
  }

  async stop(graceMs: number): Promise<void> {
    this.#told.resolve({ kind: 'told', graceMs });
    await this.#finished;
  }

  async #run(): Promise<void> {
    const { host = '', port } = this.#options;
    const gate = await Gate.open(host, port);
    const killAll = () => [this.#current, this.#standby].forEach((child) => child?.kill());
    process.once('exit', killAll);
    try {
      this.#options.port = gate.port;
      while ((await this.#life(gate)).kind !== 'told');
    } finally {
      killAll();
      gate.close();
      await this.#build.close();
    }
  }

  /** One process of the app, from its start to its end, and whatever has to be waited for after it. */
  async #life(gate: Gate): Promise<Event> {
    const child = (this.#current = this.#standby ?? this.#fork());
    this.#standby = undefined;
    this.#build.begin();
    const changed = this.#build.change().then((what) => ({ kind: 'changed' as const, what }));
    const event: Promise<Event> = Promise.race([this.#told.promise, changed]);
    const started = await Promise.race([child.start(this.#options), event]);
    this.#standby = this.#fork();
    switch (started.kind) {
      case 'ready':
        return this.#serve(gate, child, event);
      case 'failed':
        return this.#broken(gate, child, event, started);
      case 'ended':
        return this.#again(event, started.how, 0);
      default:
        return this.#leave(child, started);
    }
  }

  #fork(): AppChild {
    const child = new AppChild((file) => this.#build.add(file));
    void child.ended.then(() => {
      if (this.#standby === child) this.#standby = undefined;
    });
    return child;
  }

  async #serve(gate: Gate, child: AppChild, event: Promise<Event>): Promise<Event> {
    const since = performance.now();
    const { host = '', port } = this.#options;
    gate.letIn((socket, lost) => child.connect(socket, lost));
    this.#onReady(`http://${urlHost(host)}:${port}`);
    const next = await Promise.race([event, child.ended.then((how) => ({ kind: 'ended' as const, how }))]);
    gate.hold();
    return next.kind === 'ended' ? this.#again(event, next.how, performance.now() - since) : this.#leave(child, next);
  }

  async #leave(child: AppChild, event: Event): Promise<Event> {
    if (event.kind === 'changed') this.#say('information', `${event.what} changed: the app starts anew.`);
    await child.stop(event.kind === 'told' ? event.graceMs : RESTART_GRACE_MS);
    return event;
  }

  /** S3 */
  async #broken(
    gate: Gate,
    child: AppChild,
    event: Promise<Event>,
    started: Started & { kind: 'failed' },
  ): Promise<Event> {
    child.kill();
    await child.ended;
    if (FATAL.has(started.name)) throw new SupervisorError(started.message);
    this.#say('error', `${started.message}\nThe app starts again when its build changes.`);
    gate.refuse();
    const next = await event;
    gate.hold();
    if (next.kind === 'changed') this.#say('information', `${next.what} changed: the app starts again.`);
    return next;
  }

  /** The process ended by itself: out of memory, killed. */
  async #again(event: Promise<Event>, how: string, livedMs: number): Promise<Event> {
    this.#failures = livedMs >= STEADY_MS ? 0 : this.#failures + 1;
    const waitMs = this.#failures === 0 ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - 1));
    this.#say('error', `The process of the app ended (${how}). It starts again in ${waitMs / 1_000} s.`);
    return Promise.race([event, pause(waitMs).then(() => ({ kind: 'ended' as const, how }))]);
  }

  #say(level: 'information' | 'error', message: string): void {
    this.log.log(level, 'Host.Watch', message);
  }
}
