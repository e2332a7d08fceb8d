import { Box, Button, Group, ScrollArea, Table, Text, useComputedColorScheme } from '@mantine/core';
import { useDisclosure, useElementSize } from '@mantine/hooks';
import { useEffect, useId, useMemo, useRef, useState } from 'react';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { clock } from './format.js';

interface ChartSeries {
  title: string;
  /** A color of the theme, such as `blue`. */
  color: string;
  /** Lines are told apart without colors too. */
  isDashed?: boolean;
  /** One value for each date; null where there is none. */
  values: readonly (number | null)[];
}

export interface ChartProps {
  /** What the lines show, for screen readers and for the table. */
  label: string;
  dates: readonly string[];
  series: readonly ChartSeries[];
  format: (value: number) => string;
  /** px. @default 160 */
  height?: number;
}

export default function ChartPlot({ label, dates, series, format, height = 160 }: ChartProps) {
  const [isTable, { toggle }] = useDisclosure(false);
  const [at, setAt] = useState<number>();
  const id = useId();
  const shown = at ?? dates.length - 1;
  return (
    <Box>
      <Group justify="space-between" gap="xs" wrap="nowrap" mb={4}>
        <Group gap="md" aria-hidden>
          {series.map(({ title, color, isDashed, values }) => (
            <Group key={title} gap={6} wrap="nowrap">
              <Box
                className={`chart-mark ${isDashed ? 'chart-dashed' : ''}`}
                style={{ borderColor: strokeOf(color) }}
              />
              <Text size="xs">
                {title} <b>{said(values[shown], format)}</b>
              </Text>
            </Group>
          ))}
          <Text size="xs" c="dimmed">
            {at !== undefined && dates[at] !== undefined ? clock(dates[at]) : ''}
          </Text>
        </Group>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          onClick={toggle}
          aria-expanded={isTable}
          aria-controls={id}
          aria-label={`${isTable ? 'Show a chart' : 'Show a table'}: ${label}`}
          flex="none"
        >
          {isTable ? 'Chart' : 'Table'}
        </Button>
      </Group>
      <Box id={id}>
        {isTable ? (
          <Values label={label} dates={dates} series={series} format={format} height={height} />
        ) : (
          <Plot label={label} dates={dates} series={series} format={format} height={height} onPoint={setAt} />
        )}
      </Box>
    </Box>
  );
}

function Values({ label, dates, series, format, height }: Required<ChartProps>) {
  return (
    <ScrollArea h={height} viewportProps={{ tabIndex: 0, 'aria-label': label, role: 'region' }}>
      <Table stickyHeader withRowBorders={false} verticalSpacing={2} fz="xs">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Time</Table.Th>
            {series.map(({ title }) => (
              <Table.Th key={title} ta="right">
                {title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {dates
            .map((date, index) => (
              <Table.Tr key={date}>
                <Table.Td>{clock(date)}</Table.Td>
                {series.map(({ title, values }) => (
                  <Table.Td key={title} ta="right">
                    {said(values[index], format)}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))
            .reverse()}
        </Table.Tbody>
      </Table>
    </ScrollArea>
  );
}

type PlotProps = Required<ChartProps> & { onPoint: (index: number | undefined) => void };

function Plot({ label, dates, series, format, height, onPoint }: PlotProps) {
  const { ref, width } = useElementSize<HTMLDivElement>();
  const place = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(undefined);
  const scheme = useComputedColorScheme('light');
  const look = JSON.stringify([series.map(({ title, color, isDashed }) => [title, color, isDashed]), scheme]);
  const data = useMemo(() => dataOf(dates, series), [dates, series]);
  const latest = useRef({ data, series, format, onPoint });
  useEffect(() => {
    latest.current = { data, series, format, onPoint };
    plot.current?.setData(data);
  }, [data, series, format, onPoint]);

  useEffect(() => {
    if (!place.current || width === 0) return;
    const { data, series } = latest.current;
    const options = optionsOf(series, (value) => latest.current.format(value));
    const setCursor = ({ cursor }: uPlot) => latest.current.onPoint(cursor.idx ?? undefined);
    const made = new uPlot({ ...options, width, height, hooks: { setCursor: [setCursor] } }, data, place.current);
    plot.current = made;
    return () => {
      plot.current = undefined;
      made.destroy();
    };
    // `look` stands for the series: their values are set without another plot.
  }, [width, height, look]);

  const summary = series.map(({ title, values }) => `${title}: ${said(values.at(-1), format)} now`).join(', ');
  return (
    <Box ref={ref} h={height} role="img" aria-label={`${label}. ${summary}`}>
      <div ref={place} />
    </Box>
  );
}

function optionsOf(series: readonly ChartSeries[], format: (value: number) => string) {
  const styles = getComputedStyle(document.documentElement);
  const color = (variable: string) => styles.getPropertyValue(variable).trim();
  const axis: uPlot.Axis = {
    stroke: color('--mantine-color-dimmed'),
    font: `11px ${color('--mantine-font-family')}`,
    grid: { stroke: color('--mantine-color-default-border'), width: 1 },
    ticks: { show: false },
  };
  return {
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 6 } },
    scales: { y: { range: (_: uPlot, _min: number, max: number) => [0, Math.max(1, max * 1.1)] } },
    axes: [
      {
        ...axis,
        grid: { show: false },
        space: 72,
        size: 24,
        values: (_: uPlot, at: number[]) => at.map((s) => clock(s * 1_000)),
      },
      { ...axis, size: 56, space: 32, incrs: WHOLE, values: (_: uPlot, at: number[]) => at.map((v) => format(v)) },
    ],
    series: [
      {},
      ...series.map(({ title, color: name, isDashed }) => ({
        label: title,
        stroke: color(variableOf(name)),
        width: 1.5,
        ...(isDashed && { dash: [5, 4] }),
        points: { size: 4, filter: alone },
      })),
    ],
  } satisfies Partial<uPlot.Options>;
}

/** A value with none beside it has no line: it is shown as a point. */
function alone({ data }: uPlot, index: number): number[] | null {
  const isThere = (at: number) => typeof data[index]?.[at] === 'number';
  const places = Array.from(data[index] ?? [], (_, at) => at);
  return places.filter((at) => isThere(at) && !isThere(at - 1) && !isThere(at + 1));
}

/** Steps of the axis: counts and milliseconds are whole numbers. */
const WHOLE = Array.from({ length: 10 }, (_, power) => [1, 2, 5].map((step) => step * 10 ** power)).flat();

const dataOf = (dates: readonly string[], series: readonly ChartSeries[]): uPlot.AlignedData => [
  dates.map((date) => Date.parse(date) / 1_000),
  ...series.map(({ values }) => [...values]),
];

/** The shade that is visible on the background of the scheme. */
const variableOf = (color: string) => `--mantine-color-${color}-filled`;
const strokeOf = (color: string) => `var(${variableOf(color)})`;

const said = (value: number | null | undefined, format: (value: number) => string) =>
  value === null || value === undefined ? '–' : format(value);
