/** Names of start-up errors that are printed without their stack, because the message says what to do. */
const USER_ERRORS: ReadonlySet<string> = new Set([
  'AppLoadError',
  'ConfigError',
  'InspectError',
  'ListenError',
  'OptionError',
  'StateInUseError',
  'SupervisorError',
]);

/** An error of the start as a user reads it: the message of a known user error, the stack of any other. */
export function startupErrorOf(thrown: unknown): { name: string; message: string } {
  const { name, message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
  return { name, message: USER_ERRORS.has(name) ? message : (stack ?? message) };
}
