import { Text, type TextProps } from '@mantine/core';
import { useEffect } from 'react';
import { Store } from '../store.js';
import { exact, fromNow, lasting } from './format.js';

/** The time, once a second while something shows it. */
const now = new Store(Date.now());
let shown = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The present time, ms; it changes every second. */
export function useNow(): number {
  useEffect(() => {
    if (shown++ === 0) {
      now.set(Date.now());
      timer = setInterval(() => now.set(Date.now()), 1_000);
    }
    return () => {
      if (--shown === 0) clearInterval(timer);
    };
  }, []);
  return now.use();
}

/** A time such as "3 sec. ago", with the exact one on hover. */
export function Ago({ date, ...props }: { date: string } & TextProps) {
  const text = fromNow(date, Math.max(useNow(), 0));
  return (
    <Text span inherit {...props}>
      <time dateTime={date} title={exact(date)}>
        {text}
      </time>
    </Text>
  );
}

/** How long something took, or has taken by now. */
export function Lasting({ from, to }: { from: string; to?: string | undefined }) {
  const end = useNow();
  const ms = (to === undefined ? end : Date.parse(to)) - Date.parse(from);
  return (
    <span title={`from ${exact(from)}${to === undefined ? '' : ` to ${exact(to)}`}`}>{lasting(Math.max(0, ms))}</span>
  );
}
