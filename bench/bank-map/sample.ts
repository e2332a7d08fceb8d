import { DEFAULTS } from '../../services/bank-map-ml/samples/options.js';

/** The size for which the project has a time target. */
export const LARGE = { lines: 2_000, documents: 20_000, glAccounts: 500, history: 100_000 } as const;

/** The day of the samples. */
export const NOW = DEFAULTS.today;

/** A test set: these seeds were not used during development; 101 to 104 were. */
export const SEEDS = [1_001, 1_002, 1_003, 1_004, 1_005] as const;
