import { type Task } from 'durable-functions';
import { defineOperation } from '../../../src/operations/define.js';
import { type ErrorData } from '../../../src/platform/errors.js';
import { COUNT, csvInput, csvResult, WORK, type RowResult } from './schemas.js';

const ROWS_IN_CHUNK = 100;
const CHUNKS_AT_A_TIME = 4;

/** Works on chunks of rows side by side; a bad row is a part of the result. */
export const priceCsv = defineOperation({
  kind: 'csv.price',
  input: csvInput,
  result: csvResult,
  table: { columns: ['line', 'sku', 'total', 'error'], rows: 'rows', cells: (row) => Object.values(row as RowResult) },
  *run(operation, { blob }) {
    const count = yield* operation.step<number>(COUNT, { blob });
    if (!count.ok) return count;
    const total = count.value;
    const chunks = new Map<Task, RowResult[]>(); // in the order of the rows
    let begun = 0;
    let error: ErrorData | undefined;
    const results = () => {
      const rows = [...chunks.values()].flat();
      const failed = rows.filter((row) => row.error !== '').length;
      return { rows, failed, completed: rows.length - failed };
    };
    operation.report({ total, ...results() });
    yield* operation.inWindow<RowResult[]>({
      begin: (running) => {
        const fresh: Task[] = [];
        for (; !error && begun < total && running + fresh.length < CHUNKS_AT_A_TIME; begun += ROWS_IN_CHUNK)
          fresh.push(operation.activity(WORK, { blob, from: begun, to: begun + ROWS_IN_CHUNK }));
        for (const task of fresh) chunks.set(task, []);
        return fresh;
      },
      onEnded: (ended) => {
        for (const { task, outcome } of ended)
          if (outcome.ok) chunks.set(task, outcome.value);
          else error ??= outcome.error;
        operation.report({ total, ...results() });
      },
    });
    if (error) return { ok: false, error };
    const { rows, failed, completed } = results();
    return { ok: true, value: { succeeded: completed, failed, rows } };
  },
});
