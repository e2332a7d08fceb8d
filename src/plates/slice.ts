import { type Slice } from '../operations/slice.js';
import { plateErrors } from './errors.js';
import { recognizeBatch } from './recognize-batch.orchestrator.js';
import { recognize } from './recognize.orchestrator.js';

/** License-plate recognition from image ids, one or many. */
export const plates: Slice = { name: 'plates', kinds: [recognize, recognizeBatch], errors: plateErrors };
