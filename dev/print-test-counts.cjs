/** The last line of `npm run verify`: the counts of the test run that it began with. */
const { numPassedTests, numFailedTests, numPendingTests } = require('../dist/.test-results.json');

console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
