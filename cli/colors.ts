import { styleText } from 'node:util';

const COLORS = {
  Succeeded: 'green',
  Failed: 'red',
  Canceled: 'yellow',
  Running: 'cyan',
  ok: 'green',
  failing: 'red',
  paused: 'yellow',
} as const;
const WORDS = new RegExp(`\\b(${Object.keys(COLORS).join('|')})\\b`, 'g');

/** Colors the statuses in a text for stdout. Without a terminal, or with `NO_COLOR`, the text stays as it is. */
export function colored(text: string): string {
  return text.replace(WORDS, (word) =>
    styleText(COLORS[word as keyof typeof COLORS], word, { stream: process.stdout }),
  );
}
