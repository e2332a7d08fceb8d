import type { Endpoint } from './endpoints.js';
import type { Limits } from './queue.js';

/** What an endpoint's queue is told of its limits. */
export type LimitsOf = (endpoint: Pick<Endpoint, 'worker' | 'workers'>) => Omit<Limits, 'asOf'>;

/**
 * @param most setting SERVERLESS_READY. No more are made ready than there are workers, and none for a built-in worker,
 *   whose cap nobody but the queue keeps
 */
export function createLimits(most: number): LimitsOf {
  return (endpoint) => {
    const workers = capOf(endpoint);
    return { workers, ahead: endpoint.worker && 'url' in endpoint.worker ? Math.min(most, workers) : 0 };
  };
}

/** An endpoint without a worker has room for nobody, whatever its cap. */
export function capOf({ worker, workers }: Pick<Endpoint, 'worker' | 'workers'>): number {
  return worker ? workers : 0;
}
