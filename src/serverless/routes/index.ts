import { type Route } from '../../platform/http/route.js';
import { deleteRoute, statusesRoute, statusRoute } from './queue-routes.js';
import { type ServerlessRoutesOptions } from './common.js';
import { asyncRoute, syncRoute } from './run-routes.js';

/** The calls of docs/contracts/serverless.md. */
export function createServerlessRoutes(options: ServerlessRoutesOptions): Route[] {
  return [asyncRoute, syncRoute, statusRoute, statusesRoute, deleteRoute].map((route) => route(options));
}
