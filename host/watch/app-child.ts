import path from 'node:path';
import { type Socket } from 'node:net';
import { exitReason, forkScript, killAfter, send } from '../process/child-process.js';
import { type FromApp, type AppOptions, type ToApp } from './protocol.js';

/** The result of a start. */
export type StartResult =
  { kind: 'ready' } | { kind: 'failed'; name: string; message: string } | { kind: 'ended'; reason: string };

const SCRIPT = path.join(__dirname, 'app-process.js');
/** Time for closing the state after the grace period, before the process is killed. */
const MARGIN_MS = 2_000;

/** The supervisor's handle of the process that runs the app. The process loads the host and waits for `start`. */
export class AppChild {
  /** Resolves with the exit reason when the process has ended. */
  readonly ended: Promise<string>;
  readonly #child = forkScript(SCRIPT);
  #running = true;

  /** @param onFile called with each file that the app loads */
  constructor(onFile: (file: string) => void) {
    this.ended = exitReason(this.#child).finally(() => (this.#running = false));
    this.#child.on('message', (message: FromApp) => {
      if (message.kind === 'file') onFile(message.file);
    });
  }

  /** Resolves when the app is ready, could not be started, or its process has ended. */
  async start(options: AppOptions): Promise<StartResult> {
    const answer = new Promise<StartResult>((resolve) => {
      this.#child.on('message', (message: FromApp) => {
        if (message.kind === 'ready' || message.kind === 'failed') resolve(message);
      });
    });
    this.#send({ kind: 'start', options });
    return Promise.race([answer, this.ended.then((reason) => ({ kind: 'ended' as const, reason }))]);
  }

  /** Transfers a client's connection to the process. `onFailure` is called when the socket is still in this process. */
  connect(socket: Socket, onFailure: () => void): void {
    if (!this.#child.connected) onFailure();
    else this.#child.send({ kind: 'connection' } satisfies ToApp, socket, (error) => error && onFailure());
  }

  /** Stops the host with a grace period of `graceMs`. Resolves when the process has ended. */
  async stop(graceMs: number): Promise<void> {
    this.#send({ kind: 'stop', graceMs });
    await killAfter(this.#child, this.ended, graceMs + MARGIN_MS);
  }

  kill(): void {
    if (this.#running) this.#child.kill('SIGKILL');
  }

  #send(message: ToApp): void {
    send(this.#child, message);
  }
}
