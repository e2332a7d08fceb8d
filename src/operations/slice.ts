import { type ErrorTable } from '../platform/errors.js';
import { type OperationKind } from './define.js';

/** What the rest of the app knows of a slice: docs, tests and command lines read it (src/slices.ts lists all). */
export interface Slice {
  name: string;
  kinds: readonly OperationKind[];
  errors: ErrorTable;
}
