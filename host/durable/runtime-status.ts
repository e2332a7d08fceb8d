/** Runtime status numbers, as Azure stores them (host contract, 5.8). */
export const RuntimeStatus = {
  Unknown: -1,
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

const STATUSES: ReadonlyMap<string, RuntimeStatus> = new Map(Object.entries(RuntimeStatus));
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

export const UNFINISHED: readonly RuntimeStatus[] = [
  RuntimeStatus.Running,
  RuntimeStatus.ContinuedAsNew,
  RuntimeStatus.Pending,
  RuntimeStatus.Suspended,
];

export function isFinished(status: RuntimeStatus): boolean {
  return FINISHED.includes(status);
}

/**
 * Statuses of a filter. As in the genuine host, names are case-sensitive, numbers count too, and other values are ignored
 * (source: HttpApiHandler.cs).
 *
 * @param values each with names separated by commas
 */
export function parseStatuses(values: readonly string[]): RuntimeStatus[] {
  const parts = values.flatMap((value) => value.split(',')).map((part) => part.trim());
  return parts.map(parseStatus).filter((status) => status !== undefined);
}

function parseStatus(text: string): RuntimeStatus | undefined {
  const named = STATUSES.get(text);
  if (named !== undefined || !/^[-+]?\d+$/.test(text)) return named;
  const number = Number(text);
  return [...STATUSES.values()].find((status) => status === number) ?? RuntimeStatus.Unknown;
}
