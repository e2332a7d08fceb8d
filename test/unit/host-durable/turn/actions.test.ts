import { encodedInput, jsonOrNull, retryDelay, retryPolicy } from '../../../../host/durable/turn/actions.js';

test.each([
  ['"Tokyo"', '"Tokyo"'],
  [{ x: 1 }, '{"x":1}'],
  [undefined, null],
  [null, 'null'],
  [NaN, 'null'],
])('input %j of an activity becomes %j', (input, text) => {
  expect(encodedInput(input)).toBe(text);
});

test('a value without a JSON form becomes null', () => {
  expect(jsonOrNull(() => 1)).toBeNull();
});

describe('retry options', () => {
  test('defaults, and backoff with a maximum', () => {
    const plain = retryPolicy({ firstRetryIntervalInMilliseconds: 5_000, maxNumberOfAttempts: 4 });
    expect([1, 2, 3].map((attempt) => retryDelay(plain, attempt))).toEqual([5_000, 5_000, 5_000]);
    const growing = retryPolicy({
      firstRetryIntervalInMilliseconds: 5_000,
      maxNumberOfAttempts: 4,
      backoffCoefficient: 2,
      maxRetryIntervalInMilliseconds: 12_000,
    });
    expect([1, 2, 3, 2_000].map((attempt) => retryDelay(growing, attempt))).toEqual([5_000, 10_000, 12_000, 12_000]);
  });

  test('invalid numbers become defaults', () => {
    const policy = retryPolicy({
      firstRetryIntervalInMilliseconds: Infinity,
      maxNumberOfAttempts: NaN,
      backoffCoefficient: -1,
      maxRetryIntervalInMilliseconds: 1e300,
      retryTimeoutInMilliseconds: 0,
    });
    expect(JSON.parse(JSON.stringify(policy))).toEqual(policy);
    expect(new Date(Date.now() + retryDelay(policy, 9_999)).getTime()).not.toBeNaN();
  });
});
