/** `npx longhaul`: the command line (docs/cli.md). */
import { failureOf } from './failures.js';
import { programWith } from './program.js';

async function main([first = '--help', ...rest]: string[]): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(0); // the reader of the pipe has what it wanted
  });
  const program = await programWith(first === 'help' ? (rest[0] ?? first) : first);
  await program.parseAsync([first, ...rest], { from: 'user' });
}

main(process.argv.slice(2)).catch((thrown: unknown) => {
  const { exitCode, message } = failureOf(thrown);
  if (message !== '') process.stderr.write(`${message}\n`);
  process.exitCode = exitCode;
});
