import { type Slice } from '../operations/slice.js';
import { bookErrors } from './errors.js';
import { uploadFinish } from './upload-finish.orchestrator.js';
import { uploadStart } from './upload-start.orchestrator.js';

/** Folders of files that clients keep in step with storage. */
export const books: Slice = { name: 'books', kinds: [uploadStart, uploadFinish], errors: bookErrors };
