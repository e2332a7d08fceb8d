export type Cell = string | number | undefined;

/** A text table with headings. Columns of numbers are aligned right, all others left. */
export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const text = rows.map((row) => row.map((cell) => (cell === undefined ? '' : String(cell))));
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...text.map((row) => row[column]?.length ?? 0)),
  );
  const numeric = headings.map((_, column) => rows.every((row) => typeof (row[column] ?? 0) === 'number'));
  const line = (cells: readonly string[]) =>
    widths
      .map((width, column) => pad(cells[column] ?? '', width, numeric[column] ?? false))
      .join('  ')
      .trimEnd();
  return [line(headings), widths.map((width) => '─'.repeat(width)).join('  '), ...text.map(line)].join('\n');
}

function pad(text: string, width: number, alignRight: boolean): string {
  return alignRight ? text.padStart(width) : text.padEnd(width);
}
