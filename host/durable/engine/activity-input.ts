import { type TypedData } from '../../contracts.js';
import { booleanText, dateText } from '../../dotnet-text.js';

/**
 * The input of an activity, as it arrives in Azure: booleans are text as .NET writes it, and null is undefined
 * (DurableActivityContext.cs).
 *
 * @param input JSON text; null for none
 */
export function activityInput(input: string | null): TypedData {
  if (input === null || input === 'null') return {};
  if (input === 'true' || input === 'false') return { string: booleanText(input === 'true') };
  return { json: input };
}

/**
 * `triggerMetadata` of an activity: its data, and the members of an input that is an object, which replace other data of
 * their names (Utility.cs, ApplyBindingData).
 *
 * @param trigger name of the binding
 */
export function activityMetadata(instanceId: string, trigger: string, input: string | null): ActivityMetadata {
  const metadata: Record<string, TypedData> = {
    instanceId: { string: instanceId }, // an id of digits becomes a number
    ...(input !== null && input !== 'null' && { [trigger]: activityInput(input), data: { json: dataOf(input) } }),
  };
  const replaced: string[] = [];
  for (const [name, value] of members(input)) {
    const data = memberData(value);
    if (data === undefined) continue;
    const known = Object.keys(metadata).find((key) => key.toLowerCase() === name.toLowerCase());
    if (known !== undefined && OWN_DATA.includes(known)) replaced.push(known);
    metadata[known ?? name] = data;
  }
  return { metadata, replaced };
}

interface ActivityMetadata {
  metadata: Record<string, TypedData>;
  /** Names of other data that members of the input replace. */
  replaced: string[];
}

const OWN_DATA = ['instanceId', 'data'];

/** A text is JSON already, which the library has made of it: it becomes a text once more. */
function dataOf(input: string): string {
  return input.startsWith('"') ? JSON.stringify(input) : input;
}

function members(input: string | null): [string, unknown][] {
  if (!input?.startsWith('{')) return [];
  return Object.entries(JSON.parse(input) as object);
}

/** Undefined for what Azure leaves out: arrays and null. */
function memberData(value: unknown): TypedData | undefined {
  if (value === null || Array.isArray(value)) return undefined;
  if (typeof value === 'boolean') return { string: booleanText(value) };
  if (typeof value === 'string') return { string: dateText(value) ?? value };
  return { json: JSON.stringify(value) };
}
