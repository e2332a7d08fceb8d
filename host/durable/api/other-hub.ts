import { trap } from '../../azure-differences.js';
import { type OrchestrationClient } from '../engine/orchestration-client.js';

/** What the management API does with a task hub. */
export type HubClient = Pick<
  OrchestrationClient,
  'start' | 'status' | 'shown' | 'history' | 'list' | 'wait' | 'send' | 'rewind' | 'purge' | 'purgeBy'
>;

const NOBODY = 'a task hub for which no app runs here';

/**
 * A task hub that a request names and that is not the app's. In Azure it is created in storage when it is first used; what
 * is started there waits for an app of that hub.
 */
export const otherHub: HubClient = {
  start: () => Promise.reject(otherHubTrap('starts an instance')),
  status: () => undefined,
  shown: (record) => record,
  history: () => [],
  list: () => [],
  wait: () => Promise.resolve(null),
  send: () => Promise.resolve('unknown'),
  rewind: () => Promise.resolve(undefined),
  purge: () => Promise.resolve(false),
  purgeBy: () => Promise.resolve(0),
};

export function otherHubTrap(action: 'starts an instance' | 'signals an entity'): Error {
  return trap(
    `${action} in ${NOBODY}, so it waits forever`,
    'Leave out "taskHub" and "connection", or name those of the app.',
  );
}
