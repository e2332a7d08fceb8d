import { type Tag } from '../platform/http/route.js';

/** The chapter of the OpenAPI document for operations of every kind. */
export const operationsTag: Tag = {
  name: 'Operations',
  description: 'Watch, cancel, retry, list and delete operations of every kind.',
};
