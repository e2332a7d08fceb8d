import { type Monitor } from '@longhaul/client';
import { count } from './format.js';

/** How far an operation is, with failed items apart. It is in every row of long lists: plain elements only. */
export function ProgressBar({ monitor }: { monitor: Pick<Monitor, 'progress' | 'percentComplete' | 'kind'> }) {
  const { progress, percentComplete } = monitor;
  if (!progress && percentComplete === undefined) return null;
  const total = Math.max(1, progress?.total ?? 100);
  const [completed, failed] = progress ? [progress.completed, progress.failed] : [percentComplete ?? 0, 0];
  const percent = Math.floor((100 * (completed + failed)) / total);
  const text = progress
    ? `${count(completed + failed)} of ${count(progress.total)}${failed > 0 ? `, ${count(failed)} failed` : ''}`
    : `${percent} %`;
  return (
    <div
      className="bar"
      role="progressbar"
      aria-label={`Progress of ${monitor.kind}`}
      aria-valuenow={percent}
      aria-valuetext={text}
      title={text}
    >
      <span style={{ width: `${(100 * completed) / total}%` }} />
      <span data-failed style={{ width: `${(100 * failed) / total}%` }} />
    </div>
  );
}
