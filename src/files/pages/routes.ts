import { defineRoute, type Route } from '../../platform/http/route.js';
import { createCsrfRoute } from '../csrf.js';
import { listTag } from '../lists/fields.js';

/** The pages and calls for browsers (docs/contracts/files.md). */
export function createPageRoutes(): Route[] {
  return [createCsrfRoute(), violationsRedirect()];
}

/** The path of the page that existing users know. */
function violationsRedirect(): Route {
  return defineRoute({
    method: 'get',
    path: '/cms/',
    auth: 'anonymous', // the calls of the page need the key
    operationId: 'getViolationsPage',
    tag: listTag,
    hidden: true,
    summary: 'Leads to the violations in the console',
    replies: { 302: { description: 'The page is at `/console/violations`.' } },
    handle: () => Promise.resolve({ status: 302, headers: { Location: '/console/violations' } }),
  });
}
