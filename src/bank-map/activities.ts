import { defineActivity, type Activity } from '../operations/activities.js';
import { resultBlobName } from '../operations/names.js';
import { type StoredResult } from '../operations/stored-result.js';
import { type BlobStore } from '../platform/storage.js';
import { type MlDriver } from './ml/driver.js';
import { invalidAnswer } from './ml/failures.js';
import {
  jobInput,
  POLL_JOB,
  RELEASE_JOB,
  releaseInput,
  STORE_OUTPUT,
  SUBMIT_JOB,
  submitInput,
  type JobPoll,
} from './schemas.js';

export interface BankMapServices {
  blobs: Pick<BlobStore, 'putStream' | 'readUrl' | 'deletePrefix'>;
  ml: MlDriver;
}

/** Extra life of the input's URL: a job may wait at the service before it reads the input. */
const URL_SLACK_MINUTES = 15;

export function createBankMapActivities({ blobs, ml }: BankMapServices): Record<string, Activity> {
  return {
    [SUBMIT_JOB]: defineActivity(submitInput, async ({ company, jobName, zip, timeoutMs }, call): Promise<string> => {
      const inputUrl = await blobs.readUrl(zip, Math.ceil(timeoutMs / 60_000) + URL_SLACK_MINUTES);
      return ml.submit({ company, inputUrl, jobName }, call);
    }),
    [POLL_JOB]: defineActivity(jobInput, async ({ job }, call): Promise<JobPoll> => {
      const found = await ml.status(job, call);
      return found ? { lost: false, ...found } : { lost: true };
    }),
    [STORE_OUTPUT]: defineActivity(jobInput, async ({ job }, call): Promise<StoredResult | null> => {
      const output = await ml.output(job, call);
      if (!output) return null;
      const name = resultBlobName(call.operationId);
      return { name, bytes: await blobs.putStream(name, jsonObject(output), 'application/json') };
    }),
    [RELEASE_JOB]: defineActivity(
      releaseInput,
      async ({ zip, cancel }, call): Promise<void> => {
        try {
          if (cancel !== undefined) await ml.cancel(cancel, call);
        } finally {
          await blobs.deletePrefix(zip);
        }
      },
      { always: true },
    ),
  };
}

const [OPEN, CLOSE] = [0x7b, 0x7d];
const isSpace = (byte: number) => byte === 0x20 || (byte >= 0x09 && byte <= 0x0d);

/** Passes bytes on and checks that they can be a whole JSON object: an error page or half an answer is no result. */
async function* jsonObject(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let first: number | undefined;
  let last: number | undefined;
  for await (const chunk of bytes) {
    first ??= chunk.find((byte) => !isSpace(byte));
    last = chunk.findLast((byte) => !isSpace(byte)) ?? last;
    yield chunk;
  }
  if (first !== OPEN || last !== CLOSE) throw invalidAnswer('an output');
}
