/** The test kit: an app in the process of its test, on a clock that skips (host/README.md). */
export { type AzureLimits } from './checked-invoke.js';
export { ReplayError, TestHostError } from './errors.js';
export { type RecordedHistory } from './history.js';
export { type InstanceStatus, startTestHost, type TestHost, type TestHostOptions } from './test-host.js';
