/**
 * Why an analysis cannot give a result. The code and the message are posted to the app (docs/analyzer.md#failures).
 *
 * - `UnsupportedFile`: not txt, json, docx or pdf; `DamagedFile`: one of these, but unreadable; `EncryptedFile`: it needs
 *   a password; `NoText`: it has no text
 * - `FileTooLarge`, `TextTooLarge`, `TooDeep`, `TimeLimit`, `MemoryLimit`: a limit of the service
 * - `DownloadFailed`: the app did not send the file; `ResultTooLarge`: the app did not take the result
 * - `ParserFailed`: an error of the service
 */
export const FAILURE_CODES = [
  'UnsupportedFile',
  'DamagedFile',
  'EncryptedFile',
  'NoText',
  'FileTooLarge',
  'TextTooLarge',
  'TooDeep',
  'TimeLimit',
  'MemoryLimit',
  'DownloadFailed',
  'ResultTooLarge',
  'ParserFailed',
] as const;

export type FailureCode = (typeof FAILURE_CODES)[number];

/** The analysis ends without a result; a retry cannot help. */
export class AnalysisFailure extends Error {
  override readonly name = 'AnalysisFailure';

  constructor(
    readonly code: FailureCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
