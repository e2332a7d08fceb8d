/** Identities, branded so that one is never passed for another. */

declare const brand: unique symbol;
export type InstanceId = string & { readonly [brand]: 'InstanceId' };
/** One life of an instance: continue-as-new begins another. */
export type ExecutionId = string & { readonly [brand]: 'ExecutionId' };
/** The number of an action within its execution (host contract, 6.7). */
export type TaskId = number & { readonly [brand]: 'TaskId' };
/** Key of the row of an instance or entity: unlike the id it is not used twice while the host runs. */
export type InstanceKey = number & { readonly [brand]: 'InstanceKey' };
/** `@name@key`: the name in lower case, the key as it is (host contract, 8.1). */
export type EntityId = string & { readonly [brand]: 'EntityId' };

const LONGEST_INSTANCE_ID = 256;
// eslint-disable-next-line no-control-regex -- control characters are what the rule is about
const BARRED = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

/** What is wrong with an instance id, or undefined (host contract, 5.8). */
export function instanceIdProblem(id: string): string | undefined {
  if (id === '') return 'Instance IDs must not be empty.';
  if (id.length > LONGEST_INSTANCE_ID) return `Instance IDs must not be longer than ${LONGEST_INSTANCE_ID} characters.`;
  if (id.startsWith('@')) return "Orchestration instance IDs must not start with '@'.";
  if (BARRED.test(id)) return "Instance IDs must not contain '/', '\\', '#', '?' or control characters.";
  return undefined;
}

let pool = '';

/** 32 hex digits without dashes, as the product makes them (host contract, 5.1). */
export function newHexId(): string {
  // Chunks of one random block: a call into the random source per id costs more than the id.
  if (pool.length < 32) pool = crypto.getRandomValues(Buffer.alloc(4_096)).toString('hex');
  const id = pool.slice(0, 32);
  pool = pool.slice(32);
  return id;
}

export const newExecutionId = () => newHexId() as ExecutionId;
export const newInstanceId = () => newHexId() as InstanceId;

/** An entity as documents name it (host contract, 8.1). */
export interface EntityName {
  name: string;
  key: string;
}

export function entityId({ name, key }: EntityName): EntityId {
  return `@${name.toLowerCase()}@${key}` as EntityId;
}

/** A key may hold `@` itself: the second one separates. */
export function entityName(id: EntityId): EntityName {
  const at = id.indexOf('@', 1);
  return { name: id.slice(1, at), key: id.slice(at + 1) };
}

/** What is wrong with an entity's key that a client names, or undefined (host contract, 5.8). */
export function entityKeyProblem(key: string): string | undefined {
  if (key.length > LONGEST_INSTANCE_ID) return `Entity keys must not be longer than ${LONGEST_INSTANCE_ID} characters.`;
  if (BARRED.test(key)) return "Entity keys must not contain '/', '\\', '#', '?' or control characters.";
  return undefined;
}
