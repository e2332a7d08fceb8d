/** The prefix under which existing clients call the slice's paths too (docs/contracts/files.md). */
export const LEGACY_PREFIX = '/api/v1/wink';

/** Partitions of the table `files` whose rows have numbers (numbered-rows.ts). */
export const FILES = 'files';
export const ANALYSES = 'analyses';
export const COMMENTS = 'comments';
export const RECOMMENDATIONS = 'recommendations';

/** The bytes of a file: one block blob. */
export const fileBlobName = (fileId: number) => `files/${fileId}/bytes`;
