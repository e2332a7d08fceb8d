import path from 'node:path';
import { type Socket } from 'node:net';
import { endOf, forkScript, tell } from '../process/child-process.js';
import { type FromApp, type StartOrder, type ToApp } from './protocol.js';

/** How a start went. */
export type Started =
  { kind: 'ready' } | { kind: 'failed'; name: string; message: string } | { kind: 'ended'; how: string };

const SCRIPT = path.join(__dirname, 'app-process.js');
/** How much longer than its grace a process may take to close what it has. */
const MARGIN_MS = 2_000;

/** The process that runs the app, seen from the supervisor. It waits, warmed up, until `start`. */
export class AppChild {
  /** How the process ended. */
  readonly ended: Promise<string>;
  readonly #child = forkScript(SCRIPT);
  #running = true;

  constructor(onFile: (file: string) => void) {
    this.ended = endOf(this.#child).finally(() => (this.#running = false));
    this.#child.on('message', (message: FromApp) => {
      if (message.kind === 'file') onFile(message.file);
    });
  }

  async start(options: StartOrder): Promise<Started> {
    const answer = new Promise<Started>((resolve) => {
      this.#child.on('message', (message: FromApp) => {
        if (message.kind === 'ready' || message.kind === 'failed') resolve(message);
      });
    });
    this.#tell({ kind: 'start', options });
    return Promise.race([answer, this.ended.then((how) => ({ kind: 'ended' as const, how }))]);
  }

  /** Hands a client over. `lost` is called when that failed and the socket is still here. */
  connect(socket: Socket, lost: () => void): void {
    if (!this.#child.connected) lost();
    else this.#child.send({ kind: 'connection' } satisfies ToApp, socket, (error) => error && lost());
  }

  /** Work under way has `graceMs` to end. Resolves when the process is gone. */
  async stop(graceMs: number): Promise<void> {
    const late = setTimeout(() => this.kill(), graceMs + MARGIN_MS);
    this.#tell({ kind: 'stop', graceMs });
    await this.ended;
    clearTimeout(late);
  }

  kill(): void {
    if (this.#running) this.#child.kill('SIGKILL');
  }

  #tell(message: ToApp): void {
    tell(this.#child, message);
  }
}
