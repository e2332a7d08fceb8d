import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { type Readable, type Writable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

const LOG_LINES_KEPT = 500;
const LOG_LINES_SHOWN = 20;
const STOP_GRACE_MS = 5_000;
const PARENT_WATCH = path.join(__dirname, 'parent-watch.js');

export interface PartSpec {
  name: string;
  /** The script and its arguments. */
  args: readonly string[];
  /** Settings on top of this process's own. */
  env?: Readonly<Record<string, string>>;
  /** The line of its stdout that says that it serves. */
  ready: RegExp;
  cwd: string;
}

export interface PartEvents {
  line(part: string, line: string): void;
  /** The process ended though nobody here asked it to. */
  died(message: string): void;
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * One process of the stack. It runs in a session of its own, so that Ctrl-C reaches only the starter, which then stops
 * the parts in their order; parent-watch.ts ends it should the starter be killed.
 */
export class Part {
  private child: Child | undefined;
  private exited: Promise<unknown> = Promise.resolve();
  private ready = false;
  private wanted = false;
  private readonly lines: string[] = [];

  constructor(
    readonly spec: PartSpec,
    private readonly events: PartEvents,
  ) {}

  get pid(): number | undefined {
    return this.child?.pid;
  }

  /** The latest lines of its stdout and stderr. */
  get log(): readonly string[] {
    return this.lines;
  }

  /** Starts the process and resolves when it serves. Rejects, with its last lines, when it ends or takes too long. */
  async start(deadlineMs: number): Promise<void> {
    if (this.child) throw new Error(`${this.spec.name} runs already.`);
    this.ready = false;
    this.wanted = true;
    const serving = this.spawn();
    const late = new AbortController();
    try {
      await Promise.race([
        serving,
        this.exited.then(() => Promise.reject(new Error(this.describe('ended before it served')))),
        pause(deadlineMs, undefined, { signal: late.signal, ref: false }).then(() =>
          Promise.reject(new Error(this.describe(`did not serve within ${deadlineMs / 1_000} s`))),
        ),
      ]);
      this.ready = true;
    } finally {
      late.abort();
    }
  }

  /** Sends the signal and resolves when the process is gone. */
  async kill(signal: NodeJS.Signals): Promise<void> {
    this.wanted = false;
    this.child?.kill(signal);
    await this.exited;
  }

  /** Asks the process to stop, and after five seconds makes it. */
  async stop(): Promise<void> {
    const child = this.child;
    const force = setTimeout(() => {
      this.events.line(this.spec.name, 'does not stop; killed');
      child?.kill('SIGKILL');
    }, STOP_GRACE_MS);
    await this.kill('SIGTERM');
    clearTimeout(force);
  }

  /** Resolves when the new process says that it serves, and may never do so. */
  private spawn(): Promise<void> {
    const { args, env, cwd, ready } = this.spec;
    const child = spawn(process.execPath, ['--require', PARENT_WATCH, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
      detached: true,
    });
    child.stdin.on('error', () => undefined); // it only tells the child that we live; the child may go first
    createInterface(child.stderr).on('line', (line) => this.note(line));
    const stdout = createInterface(child.stdout).on('line', (line) => this.note(line));
    this.child = child;
    this.exited = once(child, 'close').then(([code, signal]) => {
      if (this.child === child) this.child = undefined;
      this.reportEnd(code as number | null, signal as string | null);
    });
    return new Promise((resolve) => {
      stdout.on('line', (line) => {
        if (ready.test(line)) resolve();
      });
    });
  }

  private note(line: string): void {
    this.lines.push(line);
    if (this.lines.length > LOG_LINES_KEPT) this.lines.shift();
    this.events.line(this.spec.name, line);
  }

  private reportEnd(code: number | null, signal: string | null): void {
    if (!this.wanted || !this.ready) return;
    this.wanted = false;
    this.events.died(this.describe(`ended (${signal ?? `code ${code ?? '?'}`})`));
  }

  private describe(what: string): string {
    const lines = this.lines.slice(-LOG_LINES_SHOWN).map((line) => `  ${line}`);
    return [`${this.spec.name} ${what}.`, ...(lines.length ? ['Its last lines:', ...lines] : [])].join('\n');
  }
}
