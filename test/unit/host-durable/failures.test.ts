import { activityFailure } from '../../../host/durable/failures.js';

describe('failures of activities', () => {
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

  test('any thrown value is accepted', () => {
    expect(activityFailure('A', 'text').Reason).toBe("Activity function 'A' failed:  text");
  });
});
