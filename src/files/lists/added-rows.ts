import { createHash } from 'node:crypto';
import { type TableStore } from '../../platform/table-store.js';
import { COMMENTS, RECOMMENDATIONS } from '../names.js';
import { NumberedRows } from '../numbered-rows.js';
import { type Readable } from './fields.js';

type Values = Record<string, string | number | undefined>;

/** A list whose rows are not changed. */
export interface AddedRows<V> extends Readable<V> {
  /**
   * Adds a row.
   * @param once a text that names the row: a second row of the same text is not added
   * @returns its number; undefined when it was added before
   * @throws OperationError 503
   */
  add(values: V, once?: string): Promise<number | undefined>;
}

export interface Comment extends Values {
  comment: string;
  /** Number of the analysis. */
  refer_file: number;
  comment_author: 'User' | 'AI';
  /** RFC 3339. */
  created_at: string;
  /** Number of the user that sent it; none for the analyzer. */
  user?: number;
}

export interface Recommendation extends Values {
  /** Number of the user's comment. */
  comments_user?: number;
  rating: '----' | 'None' | 'mild' | 'moderate' | 'severe';
  /** Number of the analysis. */
  refer: number;
  violations_quantity: number;
  /** Number of the user that sent it; none for the analyzer. */
  user?: number;
}

export const createComments = (table: TableStore): AddedRows<Comment> => addedRows(table, COMMENTS);

export const createRecommendations = (table: TableStore): AddedRows<Recommendation> =>
  addedRows(table, RECOMMENDATIONS);

function addedRows<V extends Values>(table: TableStore, partition: string): AddedRows<V> {
  const rows = new NumberedRows<V>(table, partition);
  return {
    // Row keys do not take every text.
    add: (values, once) => rows.add(values, () => (once === undefined ? [] : [{ key: `!once-${hashOf(once)}` }])),
    get: async (id) => (await rows.get(id))?.values,
    list: (page, filter) => rows.list(page, filter),
  };
}

const hashOf = (text: string) => createHash('sha256').update(text).digest('hex');
