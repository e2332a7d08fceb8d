import { z } from 'zod';
import { defineRoute, type Reply, type Route, type RouteRequest, type Tag } from '../../platform/http/route.js';
import { bytes } from '../../platform/http/schemas.js';
import { type BlobStore } from '../../platform/storage.js';
import { userHeader, userOf } from '../caller.js';
import { filesErrorForm, filesErrors } from '../errors.js';
import { isNumber } from '../numbered-rows.js';
import { linkHeader, linksOf, pageQuery } from '../paging.js';
import { type FileStore, type StoredFile } from './file-store.js';
import { readForm, tooLarge } from './form.js';
import { createTus } from './tus.js';
import { UploadLocks } from './upload-lock.js';

export interface UploadRoutesOptions {
  files: FileStore;
  blobs: BlobStore;
  /** Whether the calls need no function key. */
  anonymous: boolean;
  defaultUser: number;
  /** Most bytes of a request's body. */
  maxBodyBytes: number;
}

const tag: Tag = { name: 'Files', description: 'Large files: uploads in one request or resumable, by tus.' };

const fileSchema = z
  .object({
    id: z.number().describe('Number of the file.'),
    name: z.string().describe('As it was sent.'),
    size: z.number().describe('Bytes.'),
    upload: z.iso.datetime().describe('When the upload was complete.'),
  })
  .meta({ id: 'File' });
const params = z.object({ id: z.coerce.number().describe('Number of the file.') });
const uploadParams = z.object({ id: z.string().describe('The last segment of `Location`.') });

const NO_FILE = 'upload: the form has no file; send one in this field.';
const FILE_NOT_FOUND = 'There is no file of this number.';

/** Uploads of files, and the calls that read and delete them (docs/contracts/files.md). */
export function createUploadRoutes(options: UploadRoutesOptions): Route[] {
  return [uploadRoute(options), listRoute(options), fileRoute(options), deletionRoute(options), ...tusRoutes(options)];
}

/** What all routes have in common. */
function common({ anonymous }: UploadRoutesOptions) {
  return { auth: anonymous ? 'anonymous' : 'function', tag, errorForm: filesErrorForm } as const;
}

function uploadRoute(options: UploadRoutesOptions): Route {
  return defineRoute({
    ...common(options),
    method: 'post',
    path: '/files/',
    operationId: 'uploadFile',
    summary: 'Uploads a file in one request',
    description: 'The file is stored while it arrives. Larger files, and those of unreliable lines, go by tus.',
    headers: userHeader,
    stream: {
      types: ['multipart/form-data'],
      maxBytes: Number.MAX_SAFE_INTEGER, // the handler checks it: its answer names tus
      description: `A form with one file, up to ${options.maxBodyBytes} bytes: pdf, docx, txt or json.`,
      schemas: { 'multipart/form-data': z.object({ upload: bytes }).meta({ id: 'FileForm' }) },
    },
    replies: {
      201: {
        description: 'The file is stored.',
        schema: z.object({ id_file: z.number(), id_user: z.number() }).meta({ id: 'UploadedFile' }),
      },
    },
    errors: [
      filesErrors.UploadInvalid,
      filesErrors.UserInvalid,
      filesErrors.UploadTooLarge,
      filesErrors.FileTypeNotAllowed,
    ],
    handle: (request) => upload(options, request),
  });
}

async function upload(
  { files, defaultUser, maxBodyBytes }: UploadRoutesOptions,
  request: RouteRequest,
): Promise<Reply> {
  const user = userOf(request, defaultUser);
  if (Number(request.header('Content-Length') ?? 0) > maxBodyBytes) throw tooLarge(maxBodyBytes);
  if (!request.stream) throw filesErrors.UploadInvalid(NO_FILE, { target: 'upload' });
  let stored: StoredFile | undefined;
  await readForm(request.stream, request.header('Content-Type'), {
    maxBytes: maxBodyBytes,
    fields: [],
    onFile: async ({ field, name, stream }) => {
      if (field !== 'upload')
        throw filesErrors.UploadInvalid(`${field}: send the file as \`upload\`.`, { target: field });
      stored = await files.receive(stream, name, user);
    },
  });
  if (stored) return { status: 201, body: { id_file: stored.id, id_user: stored.user } };
  throw filesErrors.UploadInvalid(NO_FILE, { target: 'upload' });
}

function listRoute(options: UploadRoutesOptions): Route {
  return defineRoute({
    ...common(options),
    method: 'get',
    path: '/files/',
    operationId: 'listFiles',
    summary: 'The files, in the order in which their uploads began',
    query: pageQuery,
    replies: { 200: { description: 'A page of files.', schema: z.array(fileSchema), headers: linkHeader } },
    handle: async ({ query, url }) => {
      const { files, hasMore } = await options.files.list(query);
      return { status: 200, headers: linksOf(url, query, hasMore), body: files.map(shown) };
    },
  });
}

function fileRoute(options: UploadRoutesOptions): Route {
  return defineRoute({
    ...common(options),
    method: 'get',
    path: '/files/{id}/',
    forms: { id: 'int' },
    operationId: 'getFile',
    summary: 'A file',
    params,
    replies: { 200: { description: 'The file.', schema: fileSchema } },
    errors: [filesErrors.FileNotFound],
    handle: async ({ params: { id } }) => {
      const file = isNumber(id) ? await options.files.get(id) : undefined;
      if (file) return { status: 200, body: shown(file) };
      throw filesErrors.FileNotFound(FILE_NOT_FOUND, { target: 'id' });
    },
  });
}

function deletionRoute(options: UploadRoutesOptions): Route {
  return defineRoute({
    ...common(options),
    method: 'delete',
    path: '/files/{id}/',
    forms: { id: 'int' },
    operationId: 'deleteFile',
    summary: 'Deletes a file',
    params,
    replies: { 204: { description: 'The file is deleted.' } },
    errors: [filesErrors.FileNotFound],
    handle: async ({ params: { id } }) => {
      if (await options.files.delete(id)) return { status: 204 };
      throw filesErrors.FileNotFound(FILE_NOT_FOUND, { target: 'id' });
    },
  });
}

const shown = ({ id, name, size, uploadedAt }: StoredFile) => ({ id, name, size, upload: uploadedAt });

const byteCount = z.int().min(0);
const required = (description: string, schema: z.ZodType = z.string()) => ({ description, schema, isRequired: true });
const tusHeaders = { 'Tus-Resumable': required('The version of tus.', z.literal('1.0.0')) };
const partHeaders = { ...tusHeaders, 'Upload-Checksum': 'An algorithm and the checksum of the body in base64.' };
const offsetHeader = { 'Upload-Offset': 'Bytes that are stored.' };
const fileIdHeader = { 'X-File-Id': 'Number of the file, once it is whole.' };
const expiresHeader = { 'Upload-Expires': 'When the upload is removed unless it is whole.' };

/** The calls of the tus protocol. */
function tusRoutes(options: UploadRoutesOptions): Route[] {
  const tus = createTus({ ...options, locks: new UploadLocks(options.blobs.leases) });
  const stream = {
    types: ['application/offset+octet-stream'],
    anyType: true,
    maxBytes: Number.MAX_SAFE_INTEGER, // as of the upload by form
    description: `Bytes from the offset on, up to ${options.maxBodyBytes}.`,
  };
  const writeErrors = [
    filesErrors.UploadInvalid,
    filesErrors.TusVersionUnsupported,
    filesErrors.UploadTooLarge,
    filesErrors.FileTypeNotAllowed,
    filesErrors.UploadChecksumWrong,
  ];
  const knownErrors = [filesErrors.FileNotFound, filesErrors.UploadExpired, filesErrors.UploadLocked];
  const collection = { ...common(options), path: '/files/tus/' };
  const single = { ...common(options), path: '/files/tus/{id}/', forms: { id: 'guid' }, params: uploadParams } as const;
  return [
    defineRoute({
      ...collection,
      method: 'options',
      operationId: 'getTusOptions',
      summary: 'What of the tus protocol is served',
      replies: {
        204: {
          description: 'Version, extensions, algorithms and the largest file.',
          headers: {
            'Tus-Version': 'Versions.',
            'Tus-Extension': 'Extensions.',
            'Tus-Max-Size': 'Bytes.',
            'Tus-Checksum-Algorithm': 'Algorithms of `Upload-Checksum`.',
          },
        },
      },
      handle: (request) => tus('OPTIONS', withoutId(request)),
    }),
    defineRoute({
      ...collection,
      method: 'post',
      operationId: 'createTusUpload',
      summary: 'Begins an upload of up to 5 GB by tus',
      headers: {
        ...partHeaders,
        ...userHeader,
        'Upload-Length': { description: 'Bytes of the file.', schema: byteCount },
        'Upload-Defer-Length': { description: 'Instead of the length, which follows.', schema: z.literal('1') },
        'Upload-Metadata': required('`filename` and the name in base64.'),
      },
      stream: { ...stream, isOptional: true },
      replies: {
        201: {
          description: 'The upload has begun.',
          headers: { Location: 'URL of the upload.', ...offsetHeader, ...expiresHeader, ...fileIdHeader },
        },
      },
      errors: [...writeErrors, filesErrors.UserInvalid],
      handle: (request) => tus('POST', withoutId(request)),
    }),
    defineRoute({
      ...single,
      method: 'head',
      operationId: 'getTusUpload',
      summary: 'How many bytes of an upload are stored',
      headers: tusHeaders,
      replies: {
        200: {
          description: 'The state of the upload.',
          headers: { ...offsetHeader, 'Upload-Length': 'Bytes of the file.', ...fileIdHeader },
        },
      },
      errors: knownErrors,
      handle: (request) => tus('HEAD', request),
    }),
    defineRoute({
      ...single,
      method: 'patch',
      operationId: 'appendToTusUpload',
      summary: 'Appends bytes to an upload',
      headers: { ...partHeaders, 'Upload-Offset': required('Where the bytes begin: what is stored.', byteCount) },
      stream,
      replies: {
        204: { description: 'The bytes are stored.', headers: { ...offsetHeader, ...expiresHeader, ...fileIdHeader } },
      },
      errors: [...writeErrors, ...knownErrors, filesErrors.UploadConflict],
      handle: (request) => tus('PATCH', request),
    }),
    defineRoute({
      ...single,
      method: 'delete',
      operationId: 'deleteTusUpload',
      summary: 'Ends an upload that is not whole',
      headers: tusHeaders,
      replies: { 204: { description: 'The upload is removed.' } },
      errors: [...knownErrors, filesErrors.UploadConflict],
      handle: (request) => tus('DELETE', request),
    }),
    defineRoute({
      ...single,
      method: 'post',
      operationId: 'overrideTusMethod',
      summary: 'PATCH or DELETE, for clients that can send neither',
      headers: {
        ...partHeaders,
        'X-HTTP-Method-Override': required('The method.', z.enum(['PATCH', 'DELETE'])),
        'Upload-Offset': { description: 'As of `PATCH`.', schema: byteCount },
      },
      stream: { ...stream, isOptional: true },
      replies: { 204: { description: 'As the method’s own.' } },
      errors: [...writeErrors, ...knownErrors, filesErrors.UploadConflict],
      handle: (request) => tus(overridden(request), request),
    }),
  ];
}

const withoutId = (request: RouteRequest) => ({ ...request, params: {} });

function overridden(request: Pick<RouteRequest, 'header'>): 'PATCH' | 'DELETE' {
  const method = request.header('X-HTTP-Method-Override')?.toUpperCase();
  if (method === 'PATCH' || method === 'DELETE') return method;
  throw filesErrors.UploadInvalid('X-HTTP-Method-Override: expected PATCH or DELETE.', {
    target: 'X-HTTP-Method-Override',
  });
}
