import { countSetting, settingsObject } from './setting-types.js';

/** host.json `extensions.blobs`, with all defaults filled in. */
export interface BlobSettings {
  /** Blobs that are processed at the same time. */
  maxDegreeOfParallelism: number;
  /** Failures of a blob before its message is moved to the poison queue. */
  poisonBlobThreshold: number;
}

/** The genuine host's default per processor (BlobsOptions.cs). */
const PER_PROCESSOR = 8;

/** The schema of `extensions.blobs`. */
export function blobsSchema(processors: number) {
  return settingsObject({
    maxDegreeOfParallelism: countSetting.default(PER_PROCESSOR * processors),
    poisonBlobThreshold: countSetting.default(5),
  }).transform(({ maxDegreeOfParallelism, poisonBlobThreshold }): BlobSettings => ({
    maxDegreeOfParallelism,
    poisonBlobThreshold,
  }));
}
