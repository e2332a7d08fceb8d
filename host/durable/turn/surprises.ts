import { type Surprise } from '../../azure-differences.js';
import { type EntityId, entityName } from '../ids.js';

/** Values that differ in Azure from what an app may expect (docs/host.md, "Values that surprise"). */

export function booleanActivityInput(name: string, value: string): Surprise {
  const message = `Activity '${name}' gets the boolean ${value === 'True'} as the text '${value}', as in Azure. Pass an object that contains it.`;
  return { kind: 'boolean to an activity', name, message };
}

export function nullActivityInput(name: string): Surprise {
  const message = `Activity '${name}' gets undefined instead of null, as in Azure. Pass an object that contains it.`;
  return { kind: 'null to an activity', name, message };
}

export function metadataReplaced(name: string, member: string): Surprise {
  const message = `The member '${member}' of the input of activity '${name}' replaces 'triggerMetadata.${member}', as in Azure. Give it another name.`;
  return { kind: 'replaced metadata', name: `${name} ${member}`, message };
}

export function nullEntityInput(id: EntityId, operation: string): Surprise {
  const { name } = entityName(id);
  const message = `Operation '${operation}' of entity '${name}' gets undefined instead of null, as in Azure. Pass an object that contains it.`;
  return { kind: 'null to an entity', name: `${name} ${operation}`, message };
}

export function quotedText(name: string): Surprise {
  const message = `Orchestrator '${name}' passes text to continueAsNew: the next execution gets it with quotation marks around it, as in Azure. Pass an object or an array.`;
  return { kind: 'continueAsNew with text', name, message };
}

export function lostCustomStatus(name: string): Surprise {
  const message = `Orchestrator '${name}' sets no custom status at the start of its execution after continueAsNew: the status of the execution before is lost as soon as it waits, as in Azure. Set it in each execution.`;
  return { kind: 'custom status after continueAsNew', name, message };
}
