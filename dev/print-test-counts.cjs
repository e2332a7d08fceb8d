/** The last lines of `npm run verify`: the counts of the test run that it began with. */
const { numPassedTests, numFailedTests, numPendingTests, testResults } = require('../dist/.test-results.json');

/** Where the conformance tests say that their expectations come from (docs/host.md). */
const origins = { recorded: 0, source: 0, documented: 0, own: 0 };
for (const { assertionResults } of testResults) {
  for (const { fullName } of assertionResults) {
    const [, origin] = /\[(recorded|source|documented|own)\b[^\]]*\]/.exec(fullName) ?? [];
    if (origin !== undefined) origins[origin]++;
  }
}
console.log(
  `conformance: ${Object.entries(origins)
    .map(([origin, count]) => `${count} ${origin}`)
    .join(', ')}`,
);
console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
