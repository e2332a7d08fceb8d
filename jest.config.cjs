/** Tests run on the build, the same JavaScript that is deployed; see package.json `test`. */
const common = {
  rootDir: __dirname,
  testEnvironment: 'node',
  prettierPath: null,
  transform: {},
  moduleNameMapper: { '^@azure/functions-core$': '<rootDir>/dist/host/app/core-stub.js' },
  // A test file runs in a context of its own, where a global takes 100 ns: without this, learning takes three times as long.
  sandboxInjectedGlobals: ['Array', 'Math', 'Number', 'Object', 'String'],
};
const project = (displayName, extra = {}) => ({
  ...common,
  displayName,
  testMatch: [`<rootDir>/dist/test/${displayName}/**/*.test.js`],
  ...extra,
});

/** Test files that share another host (docs/development.md) take turns. */
const isByUrl = Object.keys(process.env).some((name) => /^CONFORMANCE_(\w+_)?URL$/.test(name));

module.exports = {
  testTimeout: 240_000,
  testSequencer: '<rootDir>/test/support/slow-first.cjs',
  // Of three test files on two cores, one waits for a time-out or a restart.
  maxWorkers: isByUrl ? 1 : 3,
  reporters: isByUrl ? ['default', '<rootDir>/test/support/report-skipped.cjs'] : ['default'],
  projects: [
    project('unit'),
    project('e2e'),
    project('conformance', { setupFilesAfterEnv: ['<rootDir>/dist/test/support/origin-labels.js'] }),
    project('faults'),
  ],
};
