const Sequencer = require('@jest/test-sequencer').default;

/** Slow kinds of tests first, so that no long test file runs alone at the end. */
const ORDER = ['faults', 'e2e', 'conformance', 'unit'];

/** Runs test files by kind, and those of one kind in the order of jest: failed before, longest, largest. */
module.exports = class SlowFirst extends Sequencer {
  sort(tests) {
    const rank = ({ context }) => ORDER.indexOf(context.config.displayName.name);
    return [...super.sort(tests)].sort((a, b) => rank(a) - rank(b));
  }
};
