import { z } from 'zod';

/** Longest reason of a pause, in characters. */
const MAX_REASON = 200;

export const pauseRequest = z
  .strictObject({
    reason: z
      .string()
      .trim()
      .min(1, 'expected a reason')
      .max(MAX_REASON, `expected at most ${MAX_REASON} characters`)
      .meta({ description: 'Shown to clients that need the service.', examples: ['New model is being deployed'] }),
  })
  .meta({ id: 'UpstreamPauseRequest' });

const calls = {
  calls: z.int().min(0).describe('Requests to the service, repeated ones included.'),
  failures: z.int().min(0).describe('Requests without an answer in time, or with 429 or 5xx.'),
  p50Ms: z.int().min(0).describe('Time that half of the requests took at most, ms; 0 without requests.'),
  p95Ms: z.int().min(0).describe('Time that 95 % of the requests took at most, ms; 0 without requests.'),
};

export const upstream = z
  .object({
    name: z.string().meta({ examples: ['imageProvider'] }),
    host: z.string().meta({ examples: ['images.example.com'] }),
    state: z.enum(['ok', 'failing', 'paused']),
    since: z.iso.datetime().describe('Since when it has this state.'),
    reason: z.string().optional().describe('Only when paused.'),
    last5Minutes: z.object(calls),
    waitingOperations: z.int().min(0).describe('Operations that wait for a resume of the service.'),
    minutes: z
      .array(z.object({ dateTime: z.iso.datetime().describe('Begin of the minute.'), ...calls }))
      .describe('The last 60 minutes, the current one last.'),
  })
  .meta({ id: 'Upstream', description: 'A service that the app calls.' });
export type UpstreamView = z.infer<typeof upstream>;

/** Input of the orchestration that tells waiting operations, and of its activity. */
export const resumeInput = z.object({ upstream: z.string(), pauseNumber: z.int().min(1) });
export type ResumeInput = z.infer<typeof resumeInput>;
