/** The last and next run of a timer, in ms since the epoch; 0 stands for "never". */
export interface TimerStatus {
  last: number;
  next: number;
  lastUpdated: number;
}

/** The input of a timer function as JSON text (host contract, 10.1). `status` is null without a monitor. */
export function timerInfo(status: TimerStatus | null, isPastDue: boolean): string {
  const scheduleStatus = status && {
    Last: offsetTime(status.last),
    Next: offsetTime(status.next),
    LastUpdated: offsetTime(status.lastUpdated),
  };
  return JSON.stringify({ Schedule: { AdjustForDST: true }, ScheduleStatus: scheduleStatus, IsPastDue: isPastDue });
}

/** .NET's round-trip format with an offset; 0 becomes .NET's minimum date, which stands for "never". */
function offsetTime(ms: number): string {
  return ms === 0 ? '0001-01-01T00:00:00+00:00' : new Date(ms).toISOString().replace('Z', '+00:00');
}
