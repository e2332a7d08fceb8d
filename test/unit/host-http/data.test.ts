import { type RpcCookie, serializeCookie } from '../../../host/http/cookies.js';
import { decodePercent, encodeForwardedPath, encodePath } from '../../../host/http/percent-encoding.js';
import { readQuery } from '../../../host/http/query.js';
import { Throttle } from '../../../host/http/throttle.js';

test.each<[RpcCookie, string]>([
  [{ name: 'c', value: 'v' }, 'c=v; path=/'],
  [{ name: 'c', value: 'a b;c' }, 'c=a%20b%3Bc; path=/'],
  [
    {
      name: 'c',
      value: 'v',
      path: { value: '/' },
      domain: { value: 'h' },
      expires: { value: { seconds: 1_700_000_000 } },
      maxAge: { value: 5 },
      secure: { value: true },
      httpOnly: { value: true },
      sameSite: 'strict',
    },
    'c=v; expires=Tue, 14 Nov 2023 22:13:20 GMT; max-age=5; domain=h; path=/; secure; samesite=strict; httponly',
  ],
  [{ name: 'c', value: 'v', sameSite: 'explicitNone' }, 'c=v; path=/; samesite=none'],
  [{ name: 'c', value: 'v', sameSite: 'none', secure: { value: false }, path: null }, 'c=v; path=/'],
])('the cookie %j', (cookie, expected) => {
  expect(serializeCookie(cookie)).toBe(expected);
});

test.each<[RpcCookie]>([
  [{ name: 'a b', value: '' }],
  [{ name: '', value: '' }],
  [{ name: 'c', value: 'v', path: { value: '/\r\nX-Evil: 1' } }],
  [{ name: 'c', value: 'v', domain: { value: 'a; secure' } }],
])('a cookie that would break its header is refused: %j', (cookie) => {
  expect(() => serializeCookie(cookie)).toThrow(TypeError);
});

test('query names ignore case, and a repeated name has its second spelling', () => {
  expect(readQuery('?a=1&A=2&b=&c=x+y%20z&d&&=e&a=3&__proto__=f')).toEqual([
    { name: 'A', values: ['1', '2', '3'] },
    { name: 'b', values: [''] },
    { name: 'c', values: ['x y z'] },
    { name: 'd', values: [''] },
    { name: '', values: ['e'] },
  ]);
  expect(readQuery('')).toEqual([]);
  const many = Array.from({ length: 11 }, (_, index) => `n${index}=1`).join('&');
  expect(readQuery(`?${many}&x=1&X=2`).at(-1)).toEqual({ name: 'x', values: ['1', '2'] });
});

test.each([
  ['a%20b', 'a b', 'a%20b', 'a%20b'],
  ['%C3%A9', 'é', '%C3%A9', '%C3%A9'],
  ['%F0%9F%98%80', '😀', '%F0%9F%98%80', '%F0%9F%98%80'],
  ['%c3%bc%C3', 'ü%C3', '%C3%BC%C3', '%C3%BC%25C3'],
  ['%zz%', '%zz%', '%25zz%25', '%25zz%25'],
  ['%C0%AF', '%C0%AF', '%C0%AF', '%25C0%25AF'],
  ['%ED%A0%80', '%ED%A0%80', '%ED%A0%80', '%25ED%25A0%2580'],
  ['a%2fb', 'a%2fb', 'a%2fb', 'a%252fb'],
])('%s is decoded to %s', (text, decoded, encoded, forwarded) => {
  expect(decodePercent(text, (character) => character === '/')).toBe(decoded);
  expect([encodePath(decoded), encodeForwardedPath(decoded)]).toEqual([encoded, forwarded]);
});

test('the throttle limits accepted requests and starts them in order', async () => {
  const throttle = new Throttle({ maxOutstandingRequests: 3, maxConcurrentRequests: 1 });
  const order: number[] = [];
  expect(throttle.enter()).toBe('now');
  const second = throttle.enter();
  const third = throttle.enter();
  expect(throttle.enter()).toBeUndefined();
  void (second as Promise<void>).then(() => order.push(2));
  void (third as Promise<void>).then(() => order.push(3));
  throttle.leave();
  await second;
  expect(order).toEqual([2]);
  throttle.leave();
  await third;
  throttle.leave();
  expect([throttle.accepted, throttle.enter()]).toEqual([0, 'now']);
});
