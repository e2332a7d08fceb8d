/** Heights of a row and of the frame of a `VirtualTable`, px. */
const [ROW, FRAME] = [44, 4];

/** The height of a table: that of its rows, up to `most`, CSS. */
export const heightOf = (rows: readonly unknown[], most: string): string =>
  `min(${(rows.length + 1) * ROW + FRAME}px, ${most})`;
