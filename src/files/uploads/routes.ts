import { type Route } from '../../platform/http/route.js';

export function createUploadRoutes(): Route[] {
  return [];
}
