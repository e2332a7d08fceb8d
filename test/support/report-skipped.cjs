/** A reporter that lists all skipped tests: Jest does not report a file in which all tests are skipped. */
module.exports = class SkippedReporter {
  #skipped = [];

  onTestResult({ path }, { testResults }) {
    const names = testResults.filter(({ status }) => status === 'pending').map(({ fullName }) => `  ○ ${fullName}`);
    if (names.length > 0) this.#skipped.push(`${path.replace(/^.*[\\/]/, '')} skipped:`, ...names);
  }

  onRunComplete() {
    if (this.#skipped.length > 0) process.stderr.write(`\n${this.#skipped.join('\n')}\n`);
  }
};
