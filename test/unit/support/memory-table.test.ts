import { MemoryTable } from '../../support/memory-table.js';
import { describeTableStore } from '../../support/table-store-suite.js';

describeTableStore(() => new MemoryTable());

test('a filter that it does not know is an error, not an empty answer', () => {
  expect(() => new MemoryTable().query("not kind eq 'x'", 1)).toThrow("not kind eq 'x'");
});
