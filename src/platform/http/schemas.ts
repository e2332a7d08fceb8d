import { z } from 'zod';

const detail = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });

export const errorDetail = detail.extend({ details: z.array(detail).optional() });

/** An error with the HTTP status that means the same, for clients of the older API. */
export const errorWithStatus = errorDetail.extend({
  status: z.int().min(400).max(599).describe('The HTTP status that means the same.'),
});

export const errorBody = z
  .object({ error: errorWithStatus })
  .meta({ id: 'Error', description: 'What went wrong: a code for programs, a sentence for people.' });
