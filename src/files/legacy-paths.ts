import { defineRoute, type Route } from '../platform/http/route.js';
import { LEGACY_PREFIX } from './names.js';

/** The routes, and each of them again under the prefix of existing clients, which the OpenAPI document leaves out. */
export function withLegacyPaths(routes: readonly Route[]): Route[] {
  const legacy = routes.map((route) => defineRoute({ ...route, path: `${LEGACY_PREFIX}${route.path}`, hidden: true }));
  return [...routes, ...legacy];
}
