/** An error that libraries recognize by its flag (host contract, 2.2). */
export class CoreSystemError extends Error {
  readonly isAzureFunctionsSystemError = true;
}

/** The same for a value out of range (host contract, 2.2). */
export class CoreRangeError extends RangeError {
  readonly isAzureFunctionsSystemError = true;
}

/** The app cannot be loaded. The message names the file and says what to do. */
export class AppLoadError extends Error {
  override readonly name = 'AppLoadError';
}
