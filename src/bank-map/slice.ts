import { type Slice } from '../operations/slice.js';
import { bankMapErrors } from './errors.js';
import { mapStatements } from './map.orchestrator.js';

/** Bank-statement mapping: a zip in, an ML job, mappings out. */
export const bankMap: Slice = { name: 'bank-map', kinds: [mapStatements], errors: bankMapErrors };
