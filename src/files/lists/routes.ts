import { type Route } from '../../platform/http/route.js';

export function createListRoutes(): Route[] {
  return [];
}
