import { z } from 'zod';
import { type NumberedRow } from '../numbered-rows.js';
import { type Page } from '../paging.js';

export const listTag = {
  name: 'File lists',
  description: 'Comments, recommendations and the base list of violations.',
};

/** Texts are stored as one property of a row: at most 32,000 characters. */
const MAX_COMMENT = 10_000;
const MAX_VIOLATION = 2_000;
/** Digits of a row's number (numbered-rows.ts). */
const MAX_NUMBER = 999_999_999_999_999;
const MAX_QUANTITY = 1_000_000_000;

/** Forms send numbers as texts. */
const number = (schema: z.ZodType<number>) =>
  z.preprocess((value) => (typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : value), schema);

const rowNumber = number(z.int().min(1).max(MAX_NUMBER));

const text = (max: number) =>
  z
    .string()
    .max(max)
    .refine((value) => value.trim() !== '', 'expected a text that is not empty')
    .refine((value) => value.isWellFormed(), 'expected Unicode text');

/** The body of `POST /comments`. */
export const commentBody = z
  .object({
    comment: text(MAX_COMMENT).meta({ description: 'The text.' }),
    refer_file: rowNumber.meta({ description: 'Number of the analysis that the comment is about.' }),
    comment_author: z.enum(['User', 'AI']).meta({ id: 'FilesCommentAuthor' }),
  })
  .meta({ id: 'FilesNewComment' });

export const comment = z
  .object({ id: z.int(), ...commentBody.shape, refer_file: z.int(), created_at: z.iso.datetime() })
  .meta({ id: 'FilesComment' });

/** The body of `POST /recommend`. */
export const recommendationBody = z
  .object({
    comments_user: z
      .preprocess((value) => (value === '' ? null : value), rowNumber.nullable())
      .default(null)
      .meta({ description: 'Number of the user’s comment.' }),
    rating: z.enum(['----', 'None', 'mild', 'moderate', 'severe']).meta({ id: 'FilesRating' }),
    refer: rowNumber.meta({ description: 'Number of the analysis.' }),
    violations_quantity: number(z.int().min(0).max(MAX_QUANTITY)).default(0),
  })
  .meta({ id: 'FilesNewRecommendation' });

export const recommendation = z
  .object({
    id: z.int(),
    ...recommendationBody.shape,
    comments_user: z.int().nullable(),
    refer: z.int(),
    violations_quantity: z.int(),
  })
  .meta({ id: 'FilesRecommendation' });

/** A violation without its number; the body of `POST /violations`, and a row of a spreadsheet. */
export const violationBody = z
  .object({
    violations: text(MAX_VIOLATION).meta({ description: 'What the violation is.' }),
    violations_comment: z
      .string()
      .max(MAX_VIOLATION)
      .refine((value) => value.isWellFormed(), 'expected Unicode text')
      .meta({ description: 'Ages, and the class of the violation.' }),
  })
  .meta({ id: 'FilesNewViolation' });
export type Violation = z.output<typeof violationBody>;

export const numberedViolationBody = violationBody.safeExtend({ id: rowNumber }).meta({ id: 'FilesChangedViolation' });

/** The answer to a load of a spreadsheet, in rows. */
export const loadedViolations = z
  .object({
    rows: z.int().meta({ description: 'Rows of the spreadsheet.' }),
    added: z.int().meta({ description: 'Rows that were not in the list.' }),
    kept: z.int().meta({ description: 'Rows that were in the list: they keep their numbers.' }),
    removed: z.int().meta({ description: 'Rows of the list that are not in the spreadsheet.' }),
    dryRun: z.boolean().meta({ description: 'Whether nothing was changed.' }),
  })
  .meta({ id: 'FilesLoadedViolations' });

export const violation = z.object({ id: z.int(), ...violationBody.shape }).meta({ id: 'FilesViolation' });

/** A number in a path or a query; a text that is no number is 0, of which there is no row. */
export const idParameter = z
  .string()
  .transform((value) => (/^\d{1,15}$/.test(value) ? Number(value) : 0))
  .meta({ description: 'Number of the row.', override: { type: 'integer', minimum: 1 } });

/** A page of a list. */
export interface Rows<V> {
  rows: Omit<NumberedRow<V>, 'etag'>[];
  hasMore: boolean;
}

/** What routes read of a list. */
export interface Readable<V> {
  get(id: number): Promise<V | undefined>;
  /** @param filter an OData condition on the columns */
  list(page: Page, filter?: string): Promise<Rows<V>>;
}
