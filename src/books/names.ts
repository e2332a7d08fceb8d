import { blobPrefix } from '../operations/names.js';

/** Containers of versions begin so; no other container of the account does. */
export const CONTAINER_PREFIX = 'book-';
/** The container of a version: its files, under their paths. */
export const containerOf = (version: string) => `${CONTAINER_PREFIX}${version}`;

/** The folders of the lists of versions. */
export const LISTS_PREFIX = 'books/';
/** The folder of a version's list of files (file-lists.ts). */
export const versionList = (version: string) => `${LISTS_PREFIX}${version}/`;
/** The folder of the list that a request announced. */
export const announcedList = (operationId: string) => `${blobPrefix(operationId)}announced/`;
/** The folder of the list of the blobs that a version's container had. */
export const storedList = (operationId: string) => `${blobPrefix(operationId)}stored/`;
/** All entries of a list that the result or the error has cut. */
export const wholeBlobName = (operationId: string) => `${blobPrefix(operationId)}whole.json`;
