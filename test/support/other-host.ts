/**
 * The conformance suite against another host: CONFORMANCE_URL names one that serves test/conformance/app
 * (docs/development.md). jest.config.cjs loads this file before each file of the suite.
 *
 * Tests that need the host's process, its files or options of their own are skipped there: whole files here, single
 * tests by `ownHostTest`.
 */
export const otherHostUrl = process.env.CONFORMANCE_URL?.replace(/\/+$/, '');

/** Of a test that starts a host of its own. */
export const ownHostTest = otherHostUrl === undefined ? test : test.skip;

const BY_URL = [
  'durable-entities',
  'durable-http-calls',
  'durable-life-cycle',
  'durable-management',
  'durable-orchestrations',
  'durable-rewind',
];

if (otherHostUrl !== undefined) {
  const { testPath = '' } = expect.getState();
  if (!BY_URL.some((name) => testPath.endsWith(`${name}.test.js`))) globalThis.test = test.skip;
}
