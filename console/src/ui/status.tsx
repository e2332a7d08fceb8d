/** The color of a state's mark. */
const COLORS: Record<string, string> = {
  NotStarted: 'gray',
  Running: 'blue',
  Succeeded: 'green',
  Failed: 'red',
  Canceled: 'gray',
  paused: 'yellow',
  ok: 'green',
  queueing: 'gray',
  running: 'blue',
  succeed: 'green',
  failed: 'red',
  canceled: 'gray',
  expired: 'orange',
  failing: 'red',
};

/** A state of any part, such as of an operation or a service. It is in every row of long lists: plain elements only. */
export function Status({
  status,
  label = status === 'NotStarted' ? 'Not started' : status,
}: {
  status: string;
  label?: string;
}) {
  return (
    <span className="status" data-status={status} data-color={COLORS[status] ?? 'gray'}>
      {label}
    </span>
  );
}
