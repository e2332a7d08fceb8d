import { type Readable } from 'node:stream';
import { type AxiosInstance } from 'axios';
import { z } from 'zod';
import { callConfig, type ServiceOptions } from '../../platform/http-client.js';
import { jobStatus, OUTPUT_TIMEOUT_FACTOR, type MlDriver } from './driver.js';
import { callMl, parsed, unbroken } from './failures.js';

const submitted = z.object({ name: z.string().min(1).max(200) });
/** An unknown state is no failure of the job. */
const jobAnswer = z.object({
  status: jobStatus.catch('Unknown'),
  error: z.string().nullish(),
  progress: z.number().min(0).max(100).nullish().catch(undefined),
});

/** An ML service with the HTTP API of services/bank-map-ml (docs/contracts/bank-map.md, "The ML service"). */
export function createHttpDriver(http: AxiosInstance, options: Pick<ServiceOptions, 'totalTimeoutMs'>): MlDriver {
  const path = (job: string, rest = '') => `/jobs/${encodeURIComponent(job)}${rest}`;
  return {
    submit: (submission, call) =>
      callMl(async () => {
        const { data } = await http.post<unknown>('/jobs', submission, callConfig(options, call));
        return parsed(submitted, data, 'an answer').name;
      }),
    status: (job, call) =>
      callMl(
        async () => {
          const { data } = await http.get<unknown>(path(job), callConfig(options, call));
          const { status, error, progress } = parsed(jobAnswer, data, 'a status');
          return { status, ...(error != null && { error }), ...(progress != null && { progress }) };
        },
        { missing: () => undefined },
      ),
    output: (job, call) =>
      callMl(
        async () => {
          const config = callConfig({ totalTimeoutMs: options.totalTimeoutMs * OUTPUT_TIMEOUT_FACTOR }, call);
          const { data } = await http.get<Readable>(path(job, '/output'), { ...config, responseType: 'stream' });
          return unbroken(data as AsyncIterable<Uint8Array>);
        },
        { missing: () => undefined },
      ),
    cancel: (job, call) =>
      callMl(
        async () => {
          await http.post(path(job, '/cancel'), undefined, callConfig(options, call));
        },
        { missing: () => undefined },
      ),
  };
}
