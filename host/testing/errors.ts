/** The app under test, or the test itself, does what would not work on Azure. The message says what to change. */
export class TestHostError extends Error {
  override readonly name = 'TestHostError';
}

/** The code of an orchestrator does not fit to a history (`TestHost.replay`). */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}
