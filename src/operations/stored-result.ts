/** Name of the activity that stores a large result, and its answer. */
export const STORE_RESULT = 'operations_storeResult';

export interface StoredResult {
  name: string;
  bytes: number;
}
