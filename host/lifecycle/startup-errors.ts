/** Names of errors whose message says it all: a stack would only hide what to do. */
export const FOR_USERS: ReadonlySet<string> = new Set([
  'AppLoadError',
  'ConfigError',
  'InspectError',
  'ListenError',
  'OptionError',
  'StateInUseError',
  'SupervisorError',
]);
