import { Skeleton } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { type ChartProps } from './chart-plot.js';

const ChartPlot = lazy(() => import('./chart-plot.js'));

/** Lines over time, with their values as a table. Its code is loaded when it is shown; its place is kept meanwhile. */
export function Chart(props: ChartProps) {
  return (
    <Suspense fallback={<Skeleton height={(props.height ?? 160) + 29} />}>
      <ChartPlot {...props} />
    </Suspense>
  );
}
