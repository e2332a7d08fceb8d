import { type Slice } from '../../../src/operations/slice.js';
import { createThumbnail } from './create.orchestrator.js';
import { thumbnailErrors } from './errors.js';

export const thumbnails: Slice = { name: 'thumbnails', kinds: [createThumbnail], errors: thumbnailErrors };
