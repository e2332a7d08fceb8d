/**
 * Values of durable triggers and replies, as they are sent between the host and a process of the app.
 *
 * A trigger keeps its properties that are not enumerable: an orchestrator's history is one (durable/turn/turn.ts). A
 * reply is JSON, as in the genuine host, plus which of its actions are the same object: the host numbers a repeated
 * action once (durable/turn/new-actions.ts, W2).
 */

/** A trigger's value: its enumerable properties and its others. */
export interface EncodedTrigger {
  visible: object;
  hidden: Record<string, unknown>;
}

/** The result of an orchestrator or entity function. */
export interface EncodedReply {
  /** JSON text; undefined for no value. */
  text: string | undefined;
  /** For each action, in the order of their places: the place of its first occurrence. */
  firstPlaces: number[];
}

export function encodeTrigger(value: object): EncodedTrigger {
  const hidden: Record<string, unknown> = {};
  for (const [name, { enumerable, value: own }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    if (enumerable !== true) hidden[name] = own;
  }
  return { visible: { ...value }, hidden };
}

export function decodeTrigger({ visible, hidden }: EncodedTrigger): object {
  for (const [name, value] of Object.entries(hidden)) {
    Object.defineProperty(visible, name, { value, enumerable: false });
  }
  return visible;
}

/** @throws TypeError when the value cannot be written as JSON */
export function encodeReply(result: unknown): EncodedReply {
  const places = new Map<unknown, number>();
  const firstPlaces = actionLists(result).flatMap((list) =>
    list.map((action) => {
      const place = places.get(action) ?? places.size;
      places.set(action, place);
      return place;
    }),
  );
  // By its type the result is a string, but `undefined` and functions give undefined.
  return { text: JSON.stringify(result), firstPlaces };
}

export function decodeReply({ text, firstPlaces }: EncodedReply): unknown {
  if (text === undefined) return undefined;
  const result: unknown = JSON.parse(text);
  const byPlace: unknown[] = [];
  let next = 0;
  for (const list of actionLists(result)) {
    for (let index = 0; index < list.length; index++) {
      const place = firstPlaces[next++] ?? -1;
      list[index] = byPlace[place] ??= list[index];
    }
  }
  return result;
}

/** All lists of actions of an orchestrator's reply, those inside of compounds too; none for another value. */
function actionLists(result: unknown): unknown[][] {
  const { actions } = Object(result) as { actions?: unknown };
  return Array.isArray(actions) ? actions.filter((list) => Array.isArray(list)).flatMap(nestedLists) : [];
}

function nestedLists(list: unknown[]): unknown[][] {
  const inner = list.flatMap((action) => {
    const { compoundActions } = Object(action) as { compoundActions?: unknown };
    return Array.isArray(compoundActions) ? nestedLists(compoundActions) : [];
  });
  return [list, ...inner];
}
