import { encodedInput, jsonOrNull, retryDelay, retryPolicy } from '../../../host/durable/turn/actions.js';
import { clientBinding } from '../../../host/durable/api/client-binding.js';
import { activityFailure } from '../../../host/durable/failures.js';
import { instanceIdProblem, newHexId } from '../../../host/durable/ids.js';
import { QueryParameters } from '../../../host/durable/api/query-parameters.js';
import { parseRejection } from '../../../host/durable/turn/orchestrator-reply.js';
import { parseStatusNames, RuntimeStatus } from '../../../host/durable/runtime-status.js';
import { jsonValue } from '../../../host/durable/api/status-rendering.js';

test.each([
  ['{"a":1}', { a: 1 }],
  ['"text"', 'text'],
  ['', ''],
  ['no JSON', 'no JSON'],
  [null, null],
])('stored text %j is shown as %j', (text, value) => {
  expect(jsonValue(text)).toEqual(value);
});

test.each([
  ['"Tokyo"', '"Tokyo"'],
  [{ x: 1 }, '{"x":1}'],
  [undefined, null],
  [null, 'null'],
  [NaN, 'null'],
])('input %j of an activity becomes %j', (input, text) => {
  expect(encodedInput(input)).toBe(text);
});

test('a value that JSON cannot hold is none', () => {
  expect(jsonOrNull(() => 1)).toBeNull();
});

describe('retry options', () => {
  test('defaults, and the back-off with its ceiling', () => {
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

  test('numbers that make no sense are survived', () => {
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

describe('failures', () => {
  test('a plain error', () => {
    expect(activityFailure('A', new TypeError('bad'))).toEqual({
      Reason: "Activity function 'A' failed:  bad",
      Details: '{"ClassName":"TypeError","Message":"bad"}',
    });
  });

  test('with an exception-properties provider the message is a document', () => {
    const message = JSON.stringify({
      errorType: 'TypeError',
      errorMessage: 'bad',
      isNonRetriable: true,
      properties: { code: 42 },
      stackTrace: 'at x',
    });
    expect(activityFailure('A', new Error(message))).toMatchObject({
      Reason: "Activity function 'A' failed:  bad",
      FailureDetails: {
        ErrorType: 'TypeError',
        ErrorMessage: 'bad',
        IsNonRetriable: true,
        Properties: { code: 42 },
        StackTrace: 'at x',
      },
    });
  });

  test.each(['{"errorType":', '{"errorType":"E"}', '{"errorType":1,"errorMessage":"m","properties":{}}'])(
    '%s is an ordinary message',
    (message) => {
      expect(activityFailure('A', new Error(message)).FailureDetails).toBeUndefined();
    },
  );

  test('anything may be thrown', () => {
    expect(activityFailure('A', 'text').Reason).toBe("Activity function 'A' failed:  text");
  });

  test('an orchestrator’s failure is read from the marker, however the message begins', () => {
    const state = { isDone: false, actions: [[{ actionType: 0, functionName: 'A' }]], schemaVersion: 3, error: 'boom' };
    const reply = parseRejection(new Error(`false\n\n$OutOfProcData$:${JSON.stringify(state)}`));
    expect(reply).toMatchObject({ kind: 'state', actions: state.actions[0], end: { kind: 'threw', message: 'boom' } });
    expect(parseRejection(new Error('plain'))).toEqual({ kind: 'broken', message: 'plain' });
    expect(parseRejection(new Error('x\n\n$OutOfProcData$:{}'))).toMatchObject({ kind: 'broken' });
    expect(parseRejection(new Error('x\n\n$OutOfProcData$:{'))).toMatchObject({ kind: 'broken' });
  });
});

test('ids', () => {
  expect(newHexId()).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(Array.from({ length: 1_000 }, newHexId)).size).toBe(1_000);
  for (const id of ['a', 'ü', 'x'.repeat(256), 'a b@c']) expect(instanceIdProblem(id)).toBeUndefined();
  for (const id of ['', 'x'.repeat(257), '@a', 'a/b', 'a\\b', 'a#', 'a?', 'a\n'])
    expect(instanceIdProblem(id)).toBeDefined();
});

test('status names of a filter', () => {
  expect(parseStatusNames(['completed,FAILED', 'Nonsense', ' Running '])).toEqual([
    RuntimeStatus.Running,
    RuntimeStatus.Completed,
    RuntimeStatus.Failed,
  ]);
});

test('query parameters: names without case, values bounded', () => {
  const query = new QueryParameters(
    new URLSearchParams('ShowInput=FALSE&timeout=1e99&pollingInterval=-3&top=0&createdTimeFrom=nonsense'),
  );
  expect(query.flag('showInput', true)).toBe(false);
  expect(query.flag('showHistory', true)).toBe(true);
  expect(query.seconds('timeout')).toBe(86_400);
  expect(query.seconds('pollingInterval')).toBe(0);
  expect(query.seconds('missing')).toBeUndefined();
  expect(query.count('top', 100, 1_000)).toBe(100);
  expect(query.time('createdTimeFrom')).toBeUndefined();
});

test('the client’s document holds nothing but text where the library demands it', () => {
  const parts = { base: 'http://h:1/runtime/webhooks/durabletask', hubName: 'Hub', systemKey: 'k&y' };
  const document = JSON.parse(clientBinding(parts, 'http://127.0.0.1:2/durabletask')) as {
    [part: string]: unknown;
    creationUrls: Record<string, unknown>;
    managementUrls: Record<string, unknown>;
  };
  const urls = [...Object.values(document.creationUrls), ...Object.values(document.managementUrls)];
  expect(urls.every((url) => typeof url === 'string')).toBe(true);
  expect(document.rpcBaseUrl).toBe('http://127.0.0.1:2/durabletask/');
  expect(document.requiredQueryStringParameters).toBe('code=k%26y');
});
