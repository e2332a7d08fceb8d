/** Failures with properties of their own, as the app's provider gives them (host contract, 7). */
import * as df from 'durable-functions';

class PlateError extends Error {
  override readonly name = 'PlateError';
  constructor(
    message: string,
    readonly plate: number,
  ) {
    super(message);
  }
}

df.app.setExceptionPropertiesProvider({
  getExceptionProperties: (error: unknown) => (error instanceof PlateError ? { plate: error.plate } : undefined),
});

df.app.activity('readsNothing', {
  handler: (plate: number) => {
    throw new PlateError('no such plate', plate);
  },
});

df.app.orchestration('structuredFailure', function* ({ df: o }) {
  try {
    yield o.callActivity('readsNothing', 7);
  } catch (error) {
    const { message, failureDetails } = error as df.TaskFailedError;
    const { errorType, errorMessage, properties } = failureDetails;
    return { message, errorType, errorMessage, properties };
  }
  return undefined;
});

df.app.orchestration('uncaughtStructured', function* ({ df: o }) {
  return (yield o.callActivity('readsNothing', 8)) as unknown;
});

df.app.orchestration('structuredFromChild', function* ({ df: o }) {
  try {
    yield o.callSubOrchestrator('uncaughtStructured');
  } catch (error) {
    return (error as df.TaskFailedError).failureDetails.properties;
  }
  return undefined;
});
