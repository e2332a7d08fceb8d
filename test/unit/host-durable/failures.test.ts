import { activityFailure, orchestratorFailure } from '../../../host/durable/failures.js';

describe('failures of activities', () => {
  test('an error: its message, and the exceptions of .NET with its stack', () => {
    const error = new TypeError('bad');
    const { Reason, Details, FailureDetails } = activityFailure('A', error);
    expect([Reason, FailureDetails]).toEqual(["Activity function 'A' failed: bad", undefined]);
    expect(JSON.parse(Details ?? '')).toMatchObject({
      $type: 'System.Exception, System.Private.CoreLib',
      ClassName: 'System.Exception',
      Message: 'bad',
      InnerException: { RemoteStackTrace: error.stack, RemoteMessage: 'bad' },
    });
  });

  test.each([
    ['text', 'text'],
    [42, '42'],
    [{ code: 7 }, '{"code":7}'],
    [null, 'Unknown error'],
  ])('%j can be thrown', (thrown, message) => {
    expect(activityFailure('A', thrown).Reason).toBe(`Activity function 'A' failed: ${message}`);
  });

  test('line separators are escaped as in .NET', () => {
    expect(activityFailure('A', new Error('a\u2028b')).Details).toContain('a\\u2028b');
  });

  test('a document in the first line of the message', () => {
    const document = { errorType: 'TypeError', errorMessage: 'bad', isNonRetriable: true, properties: { code: [{}] } };
    expect(activityFailure('A', new Error(`${JSON.stringify(document)}\nmore`))).toEqual({
      Reason: "Activity function 'A' failed with an unhandled exception.",
      Details: null,
      FailureDetails: {
        ErrorType: 'TypeError',
        ErrorMessage: 'bad',
        StackTrace: null,
        InnerFailure: null,
        IsNonRetriable: true,
        Properties: { code: [{ $type: expect.stringContaining('Dictionary') as unknown }] },
      },
    });
  });

  test.each(['{', '{"errorType":1}', '{"other":1}', '{"properties":[]}', '{"innerFailure":{"other":1}}', '[]'])(
    '%s is an ordinary message',
    (message) => {
      expect(activityFailure('A', new Error(message)).FailureDetails).toBeUndefined();
    },
  );
});

test('the failure of an orchestrator has all fields of its details', () => {
  const details = { ErrorType: 'E', ErrorMessage: 'm', IsNonRetriable: false };
  expect(orchestratorFailure('O', 'boom', details)).toMatchObject({
    Reason: "Orchestrator function 'O' failed: boom",
    Details: expect.stringMatching(/^Message: boom, StackTrace: {4}at System/) as unknown,
    FailureDetails: { ...details, StackTrace: null, InnerFailure: null, Properties: null },
  });
});
