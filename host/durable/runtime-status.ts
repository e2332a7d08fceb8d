/** Runtime status numbers, as Azure stores them (host contract, 5.8). */
export const RuntimeStatus = {
  Running: 0,
  Completed: 1,
  ContinuedAsNew: 2,
  Failed: 3,
  Canceled: 4,
  Terminated: 5,
  Pending: 6,
  Suspended: 7,
} as const;
export type RuntimeStatus = (typeof RuntimeStatus)[keyof typeof RuntimeStatus];
type RuntimeStatusName = keyof typeof RuntimeStatus;

const NAMES = new Map(Object.entries(RuntimeStatus).map(([name, number]) => [number, name as RuntimeStatusName]));

export function statusName(status: RuntimeStatus): RuntimeStatusName {
  return NAMES.get(status) ?? 'Running';
}

export const FINISHED: readonly RuntimeStatus[] = [
  RuntimeStatus.Completed,
  RuntimeStatus.Failed,
  RuntimeStatus.Canceled,
  RuntimeStatus.Terminated,
];

export function isFinished(status: RuntimeStatus): boolean {
  return FINISHED.includes(status);
}

/** @param values of a filter: names separated by commas; unknown names are ignored (host contract, 5.3) */
export function parseStatusNames(values: readonly string[]): RuntimeStatus[] {
  const wanted = new Set(values.flatMap((value) => value.split(',')).map((name) => name.trim().toLowerCase()));
  return Object.entries(RuntimeStatus)
    .filter(([name]) => wanted.has(name.toLowerCase()))
    .map(([, status]) => status);
}
