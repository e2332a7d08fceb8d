import { type Slice } from '../operations/slice.js';
import { analyze } from './analysis/analyze.orchestrator.js';
import { filesErrors } from './errors.js';

/** Large files, their analysis by an analyzer elsewhere, and what is said of them. */
export const files: Slice = { name: 'files', kinds: [analyze], errors: filesErrors };
