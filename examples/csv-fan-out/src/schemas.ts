import { z } from 'zod';
import { blobPrefix } from '../../../src/operations/names.js';
import { defineErrors } from '../../../src/platform/errors.js';

/** The CSV is a blob, because inputs are small. */
export const csvInput = z.object({ blob: z.string() });
export const workInput = csvInput.extend({ from: z.int(), to: z.int() });

export const item = z.object({
  sku: z.string().min(1, 'sku is empty'),
  quantity: z.string().regex(/^\d{1,6}$/, 'quantity is no whole number'),
  price: z.string().regex(/^\d{1,6}\.\d\d$/, 'price is no amount such as 12.50'),
});
export const COLUMNS = Object.keys(item.shape);

/** The line on which a row begins, and its total or what is wrong; the other one is empty. */
const rowResult = z.object({ line: z.int(), sku: z.string(), total: z.string(), error: z.string() });
export type RowResult = z.output<typeof rowResult>;

export const csvResult = z.object({ succeeded: z.int(), failed: z.int(), rows: z.array(rowResult) });

export const csvErrors = defineErrors({ CsvInvalid: { status: 422, retryable: false } });

/** Activities: one counts the rows, the other works on some of them. */
export const COUNT = 'csv_count';
export const WORK = 'csv_work';

export const csvBlob = (operationId: string) => `${blobPrefix(operationId)}input.csv`;
