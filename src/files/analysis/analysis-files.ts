import { type Rating } from './result.js';

/** What an analysis knows of a file. */
export interface AnalyzedFile {
  id: number;
  name: string;
  size: number;
  /** A media type, or `pdf`, `docx`, `txt`, `json`. */
  type: string;
  /** RFC 3339. */
  uploadedAt: string;
  user: number;
}

/** What an analysis needs of the store of files. */
export interface AnalysisFiles {
  get(id: number): Promise<AnalyzedFile | undefined>;
  /** Stores an upload; it is whole when this resolves. @throws OperationError 400, 413, 415 */
  receive(stream: AsyncIterable<Uint8Array>, name: string, user: number): Promise<AnalyzedFile>;
  /** Stores the bytes of a result, whatever their type is. */
  addResult(bytes: Buffer, name: string, user: number): Promise<AnalyzedFile>;
  /** Deletes a file with its bytes; one that is not there is deleted already. */
  delete(id: number): Promise<unknown>;
}

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
