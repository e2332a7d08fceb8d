import { Text, type TextProps } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { exact, fromNow, lasting } from './format.js';

/** The present time, ms: it changes once a second while something shows it. */
let now = Date.now();
let timer: ReturnType<typeof setInterval> | undefined;
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** What `textOf` makes of the present time; the component is rendered again only when the text changes. */
function useTimeText(textOf: (now: number) => string): string {
  return useSyncExternalStore(subscribe, () => textOf(now));
}

/** The present time, ms; it changes every second. */
export const useNow = (): number => useSyncExternalStore(subscribe, () => now);

/** A time such as "3 sec. ago", with the exact one on hover. */
export function Ago({ date, ...props }: { date: string } & TextProps) {
  const text = useTimeText((now) => fromNow(date, now));
  const time = (
    <time dateTime={date} title={exact(date)}>
      {text}
    </time>
  );
  if (Object.keys(props).length === 0) return time;
  return (
    <Text span inherit {...props}>
      {time}
    </Text>
  );
}

/** How long something took, or has taken by now. */
export function Lasting({ from, to }: { from: string; to?: string | undefined }) {
  const text = useTimeText((now) => lasting(Math.max(0, (to === undefined ? now : Date.parse(to)) - Date.parse(from))));
  return <span title={`from ${exact(from)}${to === undefined ? '' : ` to ${exact(to)}`}`}>{text}</span>;
}
