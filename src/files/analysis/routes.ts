import { type Route } from '../../platform/http/route.js';

export function createAnalysisRoutes(): Route[] {
  return [];
}
