import { type RequestEnd } from '../requests/request-row.js';

/** What one minute of a queue was like. */
export interface Minute {
  /** Minutes since the epoch. */
  minute: number;
  /** Requests that wait, and that run, as of the last change in the minute. */
  queued: number;
  running: number;
  /** Requests that ended in the minute, and those of them that failed or expired. */
  finished: number;
  failed: number;
}

/** Minutes that are shown. */
const SHOWN = 60;
const MINUTE_MS = 60_000;

const minuteOf = (ms: number) => Math.floor(ms / MINUTE_MS);

/**
 * The minutes with a change that is made now. Minutes without a change are left out; one minute before those that are
 * shown is kept, because it says how many requests waited and ran then.
 *
 * @param ends of the requests that end with the change
 * @param now ms since the epoch. Clocks of processes differ: a change is never counted in an earlier minute than the last
 */
export function counted(
  minutes: readonly Minute[],
  { queued, running }: Pick<Minute, 'queued' | 'running'>,
  ends: readonly Pick<RequestEnd, 'state'>[],
  now: number,
): Minute[] {
  const latest = minutes.at(-1);
  const minute = Math.max(minuteOf(now), latest?.minute ?? 0);
  const before = latest?.minute === minute ? latest : { finished: 0, failed: 0 };
  const failed = ends.filter(({ state }) => state === 'failed' || state === 'expired').length;
  const current = {
    minute,
    queued,
    running,
    finished: before.finished + ends.length,
    failed: before.failed + failed,
  };
  const others = minutes.filter((other) => other.minute < minute);
  const firstShown = others.findIndex((other) => other.minute > minute - SHOWN);
  const kept = firstShown < 0 ? others.slice(-1) : others.slice(Math.max(0, firstShown - 1));
  return [...kept, current];
}

/** The last 60 minutes, the current one last. @param now ms since the epoch */
export function lastHour(minutes: readonly Minute[], now: number): Minute[] {
  const last = Math.max(minuteOf(now), minutes.at(-1)?.minute ?? 0);
  return Array.from({ length: SHOWN }, (_, index) => {
    const minute = last - SHOWN + 1 + index;
    const latest = minutes.findLast((other) => other.minute <= minute);
    if (latest?.minute === minute) return latest;
    return { minute, queued: latest?.queued ?? 0, running: latest?.running ?? 0, finished: 0, failed: 0 };
  });
}

/** Numbers in base 36; the time is counted from the minute before, so that an hour takes about 700 characters. */
const RADIX = 36;

export function textOfMinutes(minutes: readonly Minute[]): string {
  return minutes
    .map(({ minute, queued, running, finished, failed }, index) =>
      [minute - (minutes[index - 1]?.minute ?? 0), queued, running, finished, failed]
        .map((number) => number.toString(RADIX))
        .join('.'),
    )
    .join(' ');
}

export function minutesOfText(text: string): Minute[] {
  let minute = 0;
  return (text.match(/\S+/g) ?? []).map((word) => {
    const [gap = 0, queued = 0, running = 0, finished = 0, failed = 0] = word
      .split('.')
      .map((number) => parseInt(number, RADIX));
    minute += gap;
    return { minute, queued, running, finished, failed };
  });
}
