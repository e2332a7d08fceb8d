import {
  Ban,
  CircleAlert,
  CircleCheck,
  CircleDashed,
  CirclePause,
  ClockAlert,
  LoaderCircle,
  type LucideIcon,
} from 'lucide-react';

/** How a state looks: an icon, a color and its name, so that it is not only color. */
const LOOKS: Record<string, { color: string; icon: LucideIcon; label?: string }> = {
  NotStarted: { color: 'gray', icon: CircleDashed, label: 'Not started' },
  Running: { color: 'blue', icon: LoaderCircle },
  Succeeded: { color: 'green', icon: CircleCheck },
  Failed: { color: 'red', icon: CircleAlert },
  Canceled: { color: 'gray', icon: Ban },
  paused: { color: 'yellow', icon: CirclePause },
  ok: { color: 'green', icon: CircleCheck },
  queueing: { color: 'gray', icon: CircleDashed },
  running: { color: 'blue', icon: LoaderCircle },
  succeed: { color: 'green', icon: CircleCheck },
  failed: { color: 'red', icon: CircleAlert },
  canceled: { color: 'gray', icon: Ban },
  expired: { color: 'orange', icon: ClockAlert },
  failing: { color: 'red', icon: CircleAlert },
};

/** A state of any part, such as of an operation or a service. It is in every row of long lists: plain elements only. */
export function Status({ status, label = LOOKS[status]?.label ?? status }: { status: string; label?: string }) {
  const { color, icon: Icon } = LOOKS[status] ?? { color: 'gray', icon: CircleDashed };
  return (
    <span className="status" data-color={color}>
      <Icon size={12} aria-hidden />
      {label}
    </span>
  );
}
