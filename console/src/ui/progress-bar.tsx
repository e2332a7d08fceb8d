import { type Monitor } from '@longhaul/client';
import { type CSSProperties } from 'react';
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
      style={barOf(completed / total, (completed + failed) / total)}
    />
  );
}

/** The style of a `.bar`. @param done its filled part, 0 to 1 @param ended where its red part after that ends, 0 to 1 */
export const barOf = (done: number, ended = done) =>
  ({ '--done': `${100 * done}%`, '--ended': `${100 * ended}%` }) as CSSProperties;
