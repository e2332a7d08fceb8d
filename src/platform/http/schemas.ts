import { z } from 'zod';
import { type ErrorForm } from './route.js';

/** A body, or a part of a form, that is bytes: clients are generated with `Blob` for it. */
export const bytes = z.string().meta({ format: 'binary' });

const detail = z
  .object({ code: z.string(), message: z.string(), target: z.string().optional() })
  .meta({ id: 'ErrorDetail', description: 'One problem of several.' });

export const errorDetail = detail
  .extend({ details: z.array(detail).optional() })
  .meta({ id: 'ItemError', description: 'Why one item failed.' });

/** An error that stands for a thing in an answer. */
export const shortError = z.object({ code: z.string(), message: z.string() }).meta({ id: 'ShortError' });

/** An error with the HTTP status that means the same, for clients of the older API. */
export const errorWithStatus = errorDetail
  .extend({ status: z.int().min(400).max(599).describe('The HTTP status that means the same.') })
  .meta({ id: 'ErrorInfo', description: 'A code for programs, a sentence for people.' });

const errorBody = z.object({ error: errorWithStatus }).meta({ id: 'Error', description: 'What went wrong.' });

/** The form of errors (docs/contracts/operations.md, Errors). */
export const ownErrorForm: ErrorForm = {
  schema: errorBody,
  body: ({ code, message, status, target, details }) => ({
    error: { code, message, status, ...(target !== undefined && { target }), ...(details && { details }) },
  }),
};
