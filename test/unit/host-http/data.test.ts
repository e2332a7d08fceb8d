import { type RpcCookie, serializeCookie } from '../../../host/http/cookies.js';
import { readQuery } from '../../../host/http/function-data.js';
import { Throttle } from '../../../host/http/throttle.js';

test.each<[RpcCookie, string]>([
  [{ name: 'c', value: 'v' }, 'c=v'],
  [{ name: 'c', value: 'a b;c' }, 'c=a%20b%3Bc'],
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
  [{ name: 'c', value: 'v', sameSite: 'explicitNone' }, 'c=v; samesite=none'],
  [{ name: 'c', value: 'v', sameSite: 'none', secure: { value: false }, path: null }, 'c=v'],
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

test('query names ignore case, and repeated ones are joined', () => {
  expect({ ...readQuery('?a=1&A=2&b=&c=x+y%20z&d') }).toEqual({ a: '1,2', b: '', c: 'x y z', d: '' });
  expect(Object.keys(readQuery('?__proto__=1'))).toEqual(['__proto__']);
  expect(Object.keys(readQuery(''))).toEqual([]);
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
