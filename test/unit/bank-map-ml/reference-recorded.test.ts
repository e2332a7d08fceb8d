import { differences } from '../../support/bank-map-differences.js';
import { COMMITTED, RECORDED_NOW, recordedSamples } from '../../support/bank-map-recorded.js';
import { referenceMatch } from '../../support/bank-map-reference.js';
import { rowsOf } from '../../support/zip-rows.js';

/** The reference implementation compares each line with each candidate: all lines would take minutes. */
const EVERY = 10;
const LINES = 'bankStatementLines';

test.each(recordedSamples(COMMITTED))(
  'the reference implementation gives every tenth mapping of the recorded answer of $name',
  ({ zip, answer }) => {
    const expected = answer.mappings.filter((_, index) => index % EVERY === 0);
    const ids = new Set(expected.map(({ entry }) => entry.id));
    const rows = rowsOf(zip);
    const lines = rows[LINES]?.filter(({ externalDocumentNumber }) => ids.has(String(externalDocumentNumber)));
    const { mappings } = referenceMatch({ ...rows, [LINES]: lines ?? [] }, new Date(RECORDED_NOW));
    expect(differences(expected, mappings)).toEqual([]);
  },
);
