import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { type Readable } from 'node:stream';
import { ROOT } from '../../dev/plan.js';
import { eventually } from './eventually.js';

/** A process of `npm start` or of another command of the build, with its output so far. */
export interface StartProcess {
  child: ChildProcessByStdio<null, Readable, Readable>;
  output: { stdout: string; stderr: string };
}

/** Runs a script of the build, such as `dev/start.js`. @param env additional environment variables */
export function run(script: string, args: readonly string[], env: Record<string, string>): StartProcess {
  return spawned(process.execPath, [`${ROOT}/dist/${script}`, ...args], env);
}

/** Runs `npm start` itself. */
export function npmStart(args: readonly string[], env: Record<string, string>): StartProcess {
  return spawned('npm', ['start', '--', ...args], env);
}

function spawned(command: string, args: string[], env: Record<string, string>): StartProcess {
  const child = spawn(command, args, { cwd: ROOT, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (output.stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (output.stderr += chunk));
  return { child, output };
}

/** Resolves with the URL of the ready line; rejects with stderr when the process ends without one. */
export function ready({ child, output }: StartProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    child.stdout.on('data', () => {
      const [, url] = /^ready (http\S+)$/m.exec(output.stdout) ?? [];
      if (url !== undefined) resolve(url);
    });
    child.once('close', () => reject(new Error(output.stderr)));
  });
}

/** Resolves when the text is on stderr so many times. */
export async function says({ output }: StartProcess, text: string, times = 1): Promise<void> {
  const count = () => output.stderr.split(text).length - 1;
  await eventually(() => Promise.resolve(count() >= times || undefined), `${times} times "${text}"`);
}

/** The exit code, 0 to 255, or the signal. */
export async function end({ child }: StartProcess): Promise<number | string> {
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return code ?? signal ?? 'unknown';
}
