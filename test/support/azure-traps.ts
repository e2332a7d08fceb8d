import { type Action, ActionType } from '../../host/durable/turn/actions.js';
import { byObject, newActions } from '../../host/durable/turn/new-actions.js';
import { takesNumber } from '../../host/durable/turn/step-order.js';

/**
 * What waits forever or surprises in Azure (docs/host.md, "Traps" and "Values that surprise"), in what an orchestrator
 * asks for. An orchestrator of this app asks for none of it.
 *
 * @param actions as the library returns them, not copies: a task in two compounds is the same object
 */
export function trapOf(actions: readonly Action[], customStatus: unknown): string | undefined {
  for (const { action, isRepeated } of newActions(actions, 0, byObject)) {
    if (isRepeated && takesNumber(action)) return 'a task is a member of two Task.any or Task.all';
    if ('retryOptions' in action && action.retryOptions.retryTimeoutInMilliseconds !== undefined)
      return 'retryTimeoutInMilliseconds';
    switch (action.actionType) {
      case ActionType.CallActivity:
      case ActionType.CallActivityWithRetry:
        if (action.input === null || typeof action.input === 'boolean')
          return `the input of the activity '${action.functionName}' is a boolean or null`;
        break;
      case ActionType.CallSubOrchestrator:
        if (action.version !== undefined) return `a version of '${action.functionName}'`;
        if (action.instanceId?.startsWith('@')) return `the instance ID '${action.instanceId}'`;
        break;
      case ActionType.ContinueAsNew:
        if (typeof action.input === 'string') return 'a text as input of continueAsNew';
        if (customStatus !== undefined) return 'a custom status before continueAsNew';
        break;
      default:
    }
  }
  return undefined;
}
