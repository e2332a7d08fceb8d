import { z } from 'zod';

const detail = z.object({ code: z.string(), message: z.string(), target: z.string().optional() });

export const errorDetail = detail.extend({ details: z.array(detail).optional() });

export const errorBody = z
  .object({ error: errorDetail })
  .meta({ id: 'Error', description: 'What went wrong: a code for programs, a sentence for people.' });
