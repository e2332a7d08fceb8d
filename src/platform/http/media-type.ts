import Negotiator from 'negotiator';
import { commonErrors } from '../errors.js';
import { type RouteRequest } from './route.js';

/**
 * The media type, of those that a resource has, that the client's `Accept` prefers (RFC 9110, 12.5.1); the first one for
 * a client that has no preference.
 * @throws OperationError 406 `NotAcceptable`
 */
export function acceptedType<T extends string>(request: Pick<RouteRequest, 'header'>, types: readonly T[]): T {
  const accept = request.header('accept');
  // A range such as `text/csv; charset=utf-8` matches only a type that has the parameter.
  const available = types.map((type) => `${type};charset=utf-8`);
  const chosen = types[available.indexOf(new Negotiator({ headers: { accept } }).mediaType(available) ?? '')];
  if (chosen !== undefined) return chosen;
  throw commonErrors.NotAcceptable(`Accept: expected ${types.join(' or ')}, got "${(accept ?? '').slice(0, 100)}".`, {
    target: 'Accept',
  });
}
