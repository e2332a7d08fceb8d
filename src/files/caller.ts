import { type RouteRequest } from '../platform/http/route.js';
import { filesErrors } from './errors.js';

/** A user's number: positive, and exact as a JSON number. */
const USER = /^[1-9]\d{0,14}$/;

/** The request header that names the user. */
export const userHeader = { 'X-User-ID': 'The user’s number. Default: the setting `FILES_USER`.' };

/** The user of a request: the header `X-User-ID`, else the default. @throws OperationError 400 `UserInvalid` */
export function userOf(request: Pick<RouteRequest, 'header'>, defaultUser: number): number {
  const text = request.header('X-User-ID');
  if (text === undefined) return defaultUser;
  if (USER.test(text)) return Number(text);
  throw filesErrors.UserInvalid('X-User-ID: expected a positive number of at most 15 digits.', { target: 'X-User-ID' });
}
