import { Argument, Command, type Option } from 'commander';
import { withExamples } from '../dev/examples.js';

/** `longhaul completion`. @param load all commands */
export function completionCommand(load: () => Promise<Command>): Command {
  const shell = new Argument('<shell>', 'the shell').choices(['bash', 'zsh']);
  const command = new Command('completion').description(
    'Prints a script that completes commands, options and values, after longhaul and after npx longhaul.',
  );
  return withExamples(
    command,
    'completion bash > ~/.local/share/bash-completion/completions/longhaul',
    'completion zsh > ~/.zsh/_longhaul',
  )
    .addArgument(shell)
    .action(async (name: 'bash' | 'zsh') => {
      const script = completionScript(await load());
      process.stdout.write(name === 'bash' ? script : `autoload -Uz +X bashcompinit && bashcompinit\n${script}`);
    });
}

/** A script for bash, and for zsh with bashcompinit. @param program with all commands */
function completionScript(program: Command): string {
  const nodes = nodesOf(program, '');
  const paths = nodes.filter(({ path }) => path !== '').map(({ path }) => `"${path}"`);
  const words = nodes.map(({ path, words }) => `    "${path}") words="${words.join(' ')}" ;;`);
  const values = nodes.flatMap(({ path, options }) =>
    options.flatMap(({ long, argChoices }) =>
      argChoices === undefined ? [] : [`    "${path} ${long ?? ''}") words="${argChoices.join(' ')}" ;;`],
    ),
  );
  return `# Completes longhaul. Source this file, or put it where the shell looks for completions.
_longhaul() {
  local path="" words="" word i first=1
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  COMPREPLY=()
  if [ "\${COMP_WORDS[0]##*/}" = npx ]; then
    [ "\${COMP_WORDS[1]}" = longhaul ] || return 0
    first=2
  fi
  for ((i = first; i < COMP_CWORD; i++)); do
    word="$path \${COMP_WORDS[i]}"
    case "$word" in
    ${paths.join(' | ')}) path="$word" ;;
    esac
  done
  case "$path" in
${words.join('\n')}
  esac
  case "$path $previous" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _longhaul longhaul npx
`;
}

interface Node {
  /** The names that lead to the command, each after a space. */
  path: string;
  /** What may follow: subcommands, options, and values of arguments. */
  words: string[];
  options: readonly Option[];
}

function nodesOf(command: Command, path: string): Node[] {
  const { visibleCommands, visibleOptions } = visibleOf(command);
  const words = [
    ...visibleCommands.map((sub) => sub.name()),
    ...command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices),
    ...visibleOptions.flatMap(({ long }) => long ?? []),
  ];
  return [
    { path, words, options: visibleOptions },
    ...command.commands.flatMap((sub) => nodesOf(sub, `${path} ${sub.name()}`)),
  ];
}

function visibleOf(command: Command) {
  const help = command.createHelp();
  return { visibleCommands: help.visibleCommands(command), visibleOptions: help.visibleOptions(command) };
}
