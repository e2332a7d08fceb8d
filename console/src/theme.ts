import { createTheme, type MantineColorsTuple } from '@mantine/core';

/** A teal whose shade 7 has a contrast of 4.5 : 1 and more on white (WCAG 2.2, 1.4.3). */
const haul: MantineColorsTuple = [
  '#e3fafc',
  '#c5f6fa',
  '#99e9f2',
  '#66d9e8',
  '#3bc9db',
  '#22b8cf',
  '#1098ad',
  '#0b7285',
  '#095c6b',
  '#074955',
];

/** All that gives the console its looks; `global.css` has what a theme cannot say. */
export const theme = createTheme({
  colors: { haul },
  primaryColor: 'haul',
  primaryShade: { light: 7, dark: 4 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace',
  headings: { fontWeight: '600', sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.0625rem' } } },
});
