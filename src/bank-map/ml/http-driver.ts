import type { Readable } from 'node:stream';
import type { AxiosInstance } from 'axios';
import { z } from 'zod';
import { callConfig, type ServiceOptions } from '../../platform/http-client.js';
import { jobStatus, OUTPUT_TIMEOUT_FACTOR, type MlDriver } from './driver.js';
import { asked, parsed, unbroken } from './failures.js';

const submitted = z.object({ name: z.string().min(1).max(200) });
/** States that this version does not know are no failure of the job. */
const jobAnswer = z.object({
  status: jobStatus.catch('Unknown'),
  error: z.string().nullish(),
  progress: z.number().min(0).max(100).nullish().catch(undefined),
});

/** The ML service as services/bank-map-ml speaks it (docs/contracts/bank-map.md, "The ML service"). */
export function createHttpDriver(http: AxiosInstance, options: Pick<ServiceOptions, 'totalTimeoutMs'>): MlDriver {
  const path = (job: string, rest = '') => `/jobs/${encodeURIComponent(job)}${rest}`;
  return {
    submit: (submission, call) =>
      asked(async () => {
        const { data } = await http.post<unknown>('/jobs', submission, callConfig(options, call));
        return parsed(submitted, data, 'an answer').name;
      }),
    status: (job, call) =>
      asked(
        async () => {
          const { data } = await http.get<unknown>(path(job), callConfig(options, call));
          const { status, error, progress } = parsed(jobAnswer, data, 'a status');
          return { status, ...(error != null && { error }), ...(progress != null && { progress }) };
        },
        { missing: () => undefined },
      ),
    output: (job, call) =>
      asked(
        async () => {
          const config = callConfig({ totalTimeoutMs: options.totalTimeoutMs * OUTPUT_TIMEOUT_FACTOR }, call);
          const { data } = await http.get<Readable>(path(job, '/output'), { ...config, responseType: 'stream' });
          return unbroken(data as AsyncIterable<Uint8Array>);
        },
        { missing: () => undefined },
      ),
    cancel: (job, call) =>
      asked(
        async () => {
          await http.post(path(job, '/cancel'), undefined, callConfig(options, call));
        },
        { missing: () => undefined },
      ),
  };
}
