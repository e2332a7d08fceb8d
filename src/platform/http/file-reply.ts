import { createHash } from 'node:crypto';
import { type Reply, type RouteRequest } from './route.js';

/** Bytes of a file with their ETag. */
export interface TaggedBytes {
  bytes: Uint8Array;
  etag: string;
}

export function tagged(bytes: Uint8Array): TaggedBytes {
  return { bytes, etag: `"${createHash('sha256').update(bytes).digest('base64url')}"` };
}

/** The file, or 304 for a client that has it (RFC 9110, 13.1.2). @param headers those of the file, also with 304 */
export function fileReply(
  request: Pick<RouteRequest, 'header'>,
  { bytes, etag }: TaggedBytes,
  contentType: string,
  headers: Record<string, string>,
): Reply {
  const all = { ...headers, ETag: etag, 'X-Content-Type-Options': 'nosniff' };
  const known = request.header('if-none-match')?.split(',') ?? [];
  if (known.some((tag) => tag.trim().replace(/^W\//, '') === etag)) return { status: 304, headers: all };
  return { status: 200, headers: { ...all, 'Content-Type': contentType }, body: bytes };
}
