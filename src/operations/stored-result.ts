/** Name of the activity that stores a large result, and its answer. */
export const STORE_RESULT = 'operations_storeResult';

/** A blob with the JSON text of a result, or of the details of an error. */
export interface StoredResult {
  name: string;
  bytes: number;
  /** A blob with the same without a limit, where a list in this one has its first entries only. */
  whole?: string;
}
