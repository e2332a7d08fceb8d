/** Errors that the app's libraries recognise by this flag and by their name (host contract, 2.2). */
export class CoreSystemError extends Error {
  readonly isAzureFunctionsSystemError = true;
}

export class CoreRangeError extends RangeError {
  readonly isAzureFunctionsSystemError = true;
}

/** The app cannot be loaded or served. The message names the file or the function and says what to do. */
export class AppLoadError extends Error {
  override readonly name = 'AppLoadError';
}
