/** How a state looks: a mark of a color, and its name. */
const LOOKS: Record<string, { color: string; label?: string }> = {
  NotStarted: { color: 'gray', label: 'Not started' },
  Running: { color: 'blue' },
  Succeeded: { color: 'green' },
  Failed: { color: 'red' },
  Canceled: { color: 'gray' },
  paused: { color: 'yellow' },
  ok: { color: 'green' },
  queueing: { color: 'gray' },
  running: { color: 'blue' },
  succeed: { color: 'green' },
  failed: { color: 'red' },
  canceled: { color: 'gray' },
  expired: { color: 'orange' },
  failing: { color: 'red' },
};

/** A state of any part, such as of an operation or a service. It is in every row of long lists: plain elements only. */
export function Status({ status, label = LOOKS[status]?.label ?? status }: { status: string; label?: string }) {
  return (
    <span className="status" data-status={status} data-color={LOOKS[status]?.color ?? 'gray'}>
      {label}
    </span>
  );
}
