/** When a timer ran last and runs next: ms since the epoch. */
export interface TimerStatus {
  last: number;
  next: number;
  lastUpdated: number;
}

/** What a timer function is given (host contract, 10.1), as JSON text. `status` is null when the monitor is off. */
export function timerInfo(status: TimerStatus | null, isPastDue: boolean): string {
  const scheduleStatus = status && {
    Last: offsetTime(status.last),
    Next: offsetTime(status.next),
    LastUpdated: offsetTime(status.lastUpdated),
  };
  return JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: scheduleStatus, IsPastDue: isPastDue });
}

/** .NET's round-trip form with an offset; the first moment of all stands for "never". */
function offsetTime(ms: number): string {
  return ms === 0 ? '0001-01-01T00:00:00+00:00' : new Date(ms).toISOString().replace('Z', '+00:00');
}
