import { type FileStore } from '../uploads/file-store.js';
import { type Rating } from './result.js';

/** What an analysis needs of the store of files. */
export type AnalysisFiles = Pick<FileStore, 'get' | 'receive' | 'addResult' | 'delete'>;

/** What an analysis tells the lists. A repeated `once` adds nothing and returns no number. */
export interface AnalysisLists {
  /** @param comment `refer_file`: number of the analysis; `user`: none for the analyzer */
  addComment(
    comment: { comment: string; refer_file: number; comment_author: 'User' | 'AI'; user?: number },
    once?: string,
  ): Promise<number | undefined>;
  /** @param recommendation `comments_user`: number of the user's comment; `refer`: number of the analysis */
  addRecommendation(
    recommendation: { comments_user?: number; rating: Rating; refer: number; violations_quantity: number },
    once?: string,
  ): Promise<unknown>;
  /** Ids of the base list of violations, ascending. */
  violationIds(): Promise<number[]>;
}
