import { type Command } from 'commander';

/** Adds two examples to the help of a command. @param examples what follows `npx longhaul` */
export function withExamples(command: Command, ...examples: [string, string]): Command {
  const lines = examples.map((example) => `  npx longhaul ${example}`);
  return command.addHelpText('after', `\nExamples:\n${lines.join('\n')}`);
}
