import { bankMap } from './bank-map/slice.js';
import { books } from './books/slice.js';
import { files } from './files/slice.js';
import { type Slice } from './operations/slice.js';
import { plates } from './plates/slice.js';
import { serverless } from './serverless/slice.js';

/** Every slice of the app; a test fails when a folder of src/ is missing here. */
export const slices: readonly Slice[] = [plates, bankMap, serverless, files, books];

/** Every kind of operation. */
export const kinds = slices.flatMap((slice) => slice.kinds);
