import { type Findings } from '../figures.js';
import { measureTransfers } from './transfers.js';
import { measureWatchers } from './watchers.js';

/** Uploads and downloads of a large file beside the storage SDK alone, and many watchers of one analysis. */
export async function benchFiles(): Promise<Findings> {
  const transfers = await measureTransfers();
  const watchers = await measureWatchers();
  return {
    figures: [...transfers.figures, ...watchers.figures],
    details: { transfers: transfers.details, watchers: watchers.details },
  };
}
