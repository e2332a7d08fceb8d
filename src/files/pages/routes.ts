import { type Route } from '../../platform/http/route.js';

export function createPageRoutes(): Route[] {
  return [];
}
