import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, type HostLog } from '../log.js';
import { type HostOptions, resolveOptions, urlHost } from '../options.js';
import { restartDelayMs } from '../waiting.js';
import { AppChild, type StartResult } from './app-child.js';
import { BuildWatcher } from './build-watcher.js';
import { PublicPort } from './public-port.js';
import { type AppOptions } from './protocol.js';

/** What the supervisor waits for while an app runs. */
type Event =
  { kind: 'changed'; what: string } | { kind: 'stopRequested'; graceMs: number } | { kind: 'ended'; reason: string };

/** Grace period of running work when the build has changed, in ms. Interrupted activities run again. */
const RESTART_GRACE_MS = 300;
/** A process that ends sooner than this counts as a failed start: the next start is delayed. */
const STABLE_AFTER_MS = 5_000;
/** Start-up errors that a change of the build cannot fix. */
const FATAL: ReadonlySet<string> = new Set(['InspectError', 'ListenError', 'OptionError', 'StateInUseError']);

/** The host cannot start for a reason outside the app. The message says what to do. */
class SupervisorError extends Error {
  override readonly name = 'SupervisorError';
}

/**
 * `--watch`: keeps the port open and runs the app in a child process, a new one whenever the build changes, because an
 * app's modules load once per process (docs/host.md).
 *
 * S1 At most one process runs the app: the next one loads it after the last one has ended and released the state lock.
 * S2 A standby process has the host loaded, so that a restart only loads the app.
 * S3 A broken build is reported, and the next change is tried. Only `stop` and errors that no build can fix end the
 *    supervisor.
 * S4 No process outlives the supervisor: they end when their IPC channel closes (see parent-watch.ts).
 */
export class Supervisor {
  readonly log: HostLog;
  readonly #options: AppOptions;
  readonly #onReady: (url: string) => void;
  readonly #build: BuildWatcher;
  readonly #stopRequest = Promise.withResolvers<Event & { kind: 'stopRequested' }>();
  #standby: AppChild | undefined;
  #current: AppChild | undefined;
  #finished: Promise<void> | undefined;
  #failures = 0;

  /** @param onReady called each time the app is ready */
  constructor(options: HostOptions, onReady: (url: string) => void) {
    const { appDir, stateDir, host, port, logFormat } = resolveOptions(options);
    this.#options = { ...options, appDir, stateDir, host, port };
    this.#onReady = onReady;
    this.#build = new BuildWatcher(appDir, stateDir);
    this.log = createLog({ levels: { default: 'information' }, format: logFormat, fd: process.stderr.fd });
  }

  /** Runs until `stop`. @throws ListenError, SupervisorError: the message says what to do */
  run(): Promise<void> {
    return (this.#finished ??= this.#run());
  }

  /** Stops the app with a grace period of `graceMs`, then the supervisor. */
  async stop(graceMs: number): Promise<void> {
    this.#stopRequest.resolve({ kind: 'stopRequested', graceMs });
    await this.#finished;
  }

  async #run(): Promise<void> {
    const { host = '', port } = this.#options;
    const publicPort = await PublicPort.open(host, port);
    const killAll = () => [this.#current, this.#standby].forEach((child) => child?.kill());
    process.once('exit', killAll);
    try {
      this.#options.port = publicPort.port;
      while ((await this.#runApp(publicPort)).kind !== 'stopRequested');
    } finally {
      killAll();
      publicPort.close();
      await this.#build.close();
    }
  }

  /** Runs one process of the app from its start to its end, and waits until the next one may start. */
  async #runApp(publicPort: PublicPort): Promise<Event> {
    const child = (this.#current = this.#standby ?? this.#fork());
    this.#standby = undefined;
    this.#build.begin();
    const changed = this.#build.change().then((what) => ({ kind: 'changed' as const, what }));
    const event: Promise<Event> = Promise.race([this.#stopRequest.promise, changed]);
    const started = await Promise.race([child.start(this.#options), event]);
    this.#standby = this.#fork();
    switch (started.kind) {
      case 'ready':
        return this.#serve(publicPort, child, event);
      case 'failed':
        return this.#onBrokenApp(publicPort, child, event, started);
      case 'ended':
        return this.#restart(event, started.reason, 0);
      default:
        return this.#stopApp(child, started);
    }
  }

  #fork(): AppChild {
    const child = new AppChild((file) => this.#build.add(file));
    void child.ended.then(() => {
      if (this.#standby === child) this.#standby = undefined;
    });
    return child;
  }

  async #serve(publicPort: PublicPort, child: AppChild, event: Promise<Event>): Promise<Event> {
    const since = performance.now();
    const { host = '', port } = this.#options;
    publicPort.forwardTo((socket, onFailure) => child.connect(socket, onFailure));
    this.#onReady(`http://${urlHost(host)}:${port}`);
    const next = await Promise.race([event, child.ended.then((reason) => ({ kind: 'ended' as const, reason }))]);
    publicPort.hold();
    return next.kind === 'ended'
      ? this.#restart(event, next.reason, performance.now() - since)
      : this.#stopApp(child, next);
  }

  async #stopApp(child: AppChild, event: Event): Promise<Event> {
    if (event.kind === 'changed') this.#log('information', `${event.what} changed: the app restarts.`);
    await child.stop(event.kind === 'stopRequested' ? event.graceMs : RESTART_GRACE_MS);
    return event;
  }

  /** S3 */
  async #onBrokenApp(
    publicPort: PublicPort,
    child: AppChild,
    event: Promise<Event>,
    started: StartResult & { kind: 'failed' },
  ): Promise<Event> {
    child.kill();
    await child.ended;
    if (FATAL.has(started.name)) throw new SupervisorError(started.message);
    this.#log('error', `${started.message}\nThe app starts again when its build changes.`);
    publicPort.refuse();
    const next = await event;
    publicPort.hold();
    if (next.kind === 'changed') this.#log('information', `${next.what} changed: the app restarts.`);
    return next;
  }

  /** After the process ended unexpectedly, such as out of memory or killed. */
  async #restart(event: Promise<Event>, reason: string, uptimeMs: number): Promise<Event> {
    this.#failures = uptimeMs >= STABLE_AFTER_MS ? 0 : this.#failures + 1;
    const delayMs = restartDelayMs(this.#failures);
    this.#log('error', `The process of the app ended (${reason}). It restarts in ${delayMs / 1_000} s.`);
    return Promise.race([event, sleep(delayMs).then(() => ({ kind: 'ended' as const, reason }))]);
  }

  #log(level: 'information' | 'error', message: string): void {
    this.log.log(level, 'Host.Watch', message);
  }
}
