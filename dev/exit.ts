/** How commands end (docs/cli.md). */

export const EXIT = {
  /** The operation, or what the command does, failed. */
  failed: 1,
  /** Arguments or options are wrong. */
  usage: 2,
  /** The app or its storage cannot be reached. */
  unreachable: 3,
  /** After Ctrl-C, by the convention of shells: 128 plus the number of the signal. */
  interrupted: 130,
} as const;

/** A command ends with this exit code and message. */
export class CommandError extends Error {
  override readonly name: string = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: number = EXIT.failed,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Arguments or options are wrong in a way that the parser does not see. */
export class UsageError extends CommandError {
  override readonly name = 'UsageError';

  constructor(message: string, options?: ErrorOptions) {
    super(message, EXIT.usage, options);
  }
}
