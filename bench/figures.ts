import { type Cell } from '../dev/table.js';

/** One measured value. */
export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** The project's target, if there is one. */
  target?: { atLeast: number } | { atMost: number } | { below: number };
}

/** The result of a benchmark: the figures, and details that are stored with them. */
export interface Findings {
  figures: Figure[];
  /** Text to print below the table. */
  notes?: string;
  details?: unknown;
  /** Whether the command fails when a target is missed. */
  mustReachTargets?: boolean;
}

/** A figure as a table row: name, value, unit, target, whether the target was reached. */
export function figureRow({ name, value, unit, target }: Figure): Cell[] {
  return [
    name,
    round(value),
    unit,
    target && describeTarget(target),
    target && (isReached(value, target) ? 'yes' : 'NO'),
  ];
}

/** Whether a figure reaches its target, if it has one. */
export function reachesTarget({ value, target }: Figure): boolean {
  return target === undefined || isReached(value, target);
}

/** The headings of figureRow. */
export const FIGURE_HEADINGS = ['figure', 'value', 'unit', 'target', 'reached'] as const;

/** The quantile at `share` (0 to 1), such as 0.5 for the median. Throws for an empty list. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
  if (value === undefined) throw new Error('Nothing was measured.');
  return value;
}

/** The median. Throws for an empty list. */
export const median = (values: readonly number[]) => quantile(values, 0.5);

/** Three significant digits; integers from 100 on. */
function round(value: number): number {
  return value >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

type Target = NonNullable<Figure['target']>;

function describeTarget(target: Target): string {
  if ('atLeast' in target) return `≥ ${target.atLeast}`;
  return 'atMost' in target ? `≤ ${target.atMost}` : `< ${target.below}`;
}

function isReached(value: number, target: Target): boolean {
  if ('atLeast' in target) return value >= target.atLeast;
  return 'atMost' in target ? value <= target.atMost : value < target.below;
}
