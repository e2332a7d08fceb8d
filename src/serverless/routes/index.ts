import { type Route } from '../../platform/http/route.js';
import { deleteRoute, statusesRoute, statusRoute } from './queue-routes.js';
import { type ServerlessRoutesOptions } from './common.js';
import { deliveriesRoute, redeliverRoute } from './delivery-routes.js';
import { asyncRoute, syncRoute } from './run-routes.js';

/** The calls of docs/contracts/serverless.md, and those for its operators. */
export function createServerlessRoutes(options: ServerlessRoutesOptions): Route[] {
  const clients = [asyncRoute, syncRoute, statusRoute, statusesRoute, deleteRoute];
  return [...clients, deliveriesRoute, redeliverRoute].map((route) => route(options));
}
