/** Tests run on the build, the same JavaScript that is deployed; see package.json `test`. */
const common = { rootDir: __dirname, testEnvironment: 'node', prettierPath: null };
const project = (displayName, extra = {}) => ({
  ...common,
  displayName,
  testMatch: [`<rootDir>/dist/test/${displayName}/**/*.test.js`],
  ...extra,
});

module.exports = {
  testTimeout: 120_000,
  maxWorkers: 2,
  projects: [
    project('unit'),
    project('e2e'),
    project('conformance', { setupFilesAfterEnv: ['<rootDir>/dist/test/support/other-host.js'] }),
    project('faults'),
  ],
};
