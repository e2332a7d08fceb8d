/** The activity that keeps a large result, by name, and what it answers. */
export const STORE_RESULT = 'operations_storeResult';

export interface StoredResult {
  name: string;
  bytes: number;
}
