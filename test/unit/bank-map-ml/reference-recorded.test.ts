import { differences } from '../../support/bank-map-differences.js';
import { RECORDED_NOW, recordedSamples } from '../../support/bank-map-recorded.js';
import { referenceMatch } from '../../support/bank-map-reference.js';
import { rowsOf } from '../../support/zip-rows.js';

/** It compares each line with each candidate: seconds, and minutes on a busy machine. */
const TIMEOUT_MS = 600_000;

test.each(recordedSamples())(
  'the reference implementation gives the recorded answer of $name',
  ({ zip, answer }) => {
    const { mappings, sizes } = referenceMatch(rowsOf(zip), new Date(RECORDED_NOW));
    expect(differences(answer, { company: 'hum', mappings, info: { sizes } })).toEqual([]);
  },
  TIMEOUT_MS,
);
