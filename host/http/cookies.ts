/** A cookie from `@azure/functions` (host contract, 2.7). */
export interface RpcCookie {
  name?: string;
  value?: string;
  path?: Wrapped<string>;
  domain?: Wrapped<string>;
  expires?: Wrapped<{ seconds?: number }>;
  maxAge?: Wrapped<number>;
  secure?: Wrapped<boolean>;
  httpOnly?: Wrapped<boolean>;
  /** `none` stands for no attribute; `explicitNone` is the attribute's value `None`. */
  sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone';
}

type Wrapped<T> = { value?: T } | null | undefined;

const TOKEN = /^[!#$%&'*+\-.^_`|~\da-z]+$/i;
// eslint-disable-next-line no-control-regex -- RFC 6265, 4.1.1: any character except controls and ";"
const ATTRIBUTE = /^[^\u0000-\u001f\u007f;]*$/;

/**
 * A `Set-Cookie` header. The cookie's value is percent-encoded, as in ASP.NET.
 *
 * @throws TypeError for an invalid name or attribute
 */
export function serializeCookie(cookie: RpcCookie): string {
  const name = cookie.name ?? '';
  if (!TOKEN.test(name)) throw new TypeError(`"${name}" is not a valid cookie name.`);
  const parts = [`${name}=${encode(cookie.value ?? '')}`];
  const expires = cookie.expires?.value?.seconds;
  if (expires !== undefined) parts.push(`expires=${new Date(expires * 1_000).toUTCString()}`);
  const maxAge = cookie.maxAge?.value;
  if (maxAge !== undefined) parts.push(`max-age=${Math.trunc(maxAge)}`);
  const domain = cookie.domain?.value;
  if (domain !== undefined) parts.push(`domain=${checked(domain)}`);
  parts.push(`path=${checked(cookie.path?.value ?? '/')}`); // the default of ASP.NET's CookieOptions
  if (cookie.secure?.value) parts.push('secure');
  const sameSite = SAME_SITE[cookie.sameSite ?? 'none'];
  if (sameSite !== undefined) parts.push(`samesite=${sameSite}`);
  if (cookie.httpOnly?.value) parts.push('httponly');
  return parts.join('; ');
}

const SAME_SITE = { none: undefined, lax: 'lax', strict: 'strict', explicitNone: 'none' };

/** Percent-encodes all but the unreserved characters of RFC 3986. */
function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
}

function checked(value: string): string {
  if (!ATTRIBUTE.test(value)) throw new TypeError(`"${value}" is not a valid cookie attribute.`);
  return value;
}
