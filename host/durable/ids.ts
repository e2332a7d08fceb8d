import { createHash } from 'node:crypto';

/** Identifiers, branded so that the compiler keeps them apart. */

declare const brand: unique symbol;
export type InstanceId = string & { readonly [brand]: 'InstanceId' };
/** One execution of an instance: continue-as-new starts another. */
export type ExecutionId = string & { readonly [brand]: 'ExecutionId' };
/** The number of an action within its execution (host contract, 6.7). */
export type TaskId = number & { readonly [brand]: 'TaskId' };
/** Key of the row of an instance or entity. Unlike the id, it is not reused while the host runs. */
export type InstanceKey = number & { readonly [brand]: 'InstanceKey' };
/** `@name@key`: the name in lower case, the key as it is (host contract, 8.1). */
export type EntityId = string & { readonly [brand]: 'EntityId' };

const MAX_ID_LENGTH = 256;
// eslint-disable-next-line no-control-regex -- the contract forbids control characters
const FORBIDDEN = /[/\\#?\u0000-\u001f\u007f-\u009f]/;

/** Why an instance id is invalid; undefined for a valid one (host contract, 5.8). */
export function instanceIdProblem(id: string): string | undefined {
  if (id === '') return 'Instance IDs must not be empty.';
  if (id.length > MAX_ID_LENGTH) return `Instance IDs must not be longer than ${MAX_ID_LENGTH} characters.`;
  if (id.startsWith('@')) return "Orchestration instance IDs must not start with '@'.";
  if (FORBIDDEN.test(id)) return "Instance IDs must not contain '/', '\\', '#', '?' or control characters.";
  return undefined;
}

let pool = '';

/** 32 hex digits without dashes, as in Azure (host contract, 5.1). */
export function newHexId(): string {
  // Parts of one random block: one call of the random source for each id costs more than the rest of the function.
  if (pool.length < 32) pool = crypto.getRandomValues(Buffer.alloc(4_096)).toString('hex');
  const id = pool.slice(0, 32);
  pool = pool.slice(32);
  return id;
}

/** The id of an execution that a sub-orchestration or continue-as-new starts (TaskOrchestrationDispatcher.cs). */
export const newExecutionId = () => newHexId() as ExecutionId;
/** The id of an execution that a client starts: a GUID with dashes (HttpApiHandler.cs). */
export const newClientExecutionId = () => guid(newHexId()) as ExecutionId;
export const isStartedByClient = (execution: ExecutionId) => execution.includes('-');
export const newInstanceId = () => newHexId() as InstanceId;

/** An entity id in documents (host contract, 8.1). */
export interface EntityName {
  name: string;
  key: string;
}

/** The GUID that Azure has for the id of a request to an entity. */
export function guidOf(id: string): string {
  return guid(createHash('sha1').update(id).digest('hex'));
}

/** The first 32 of hex digits as a GUID. */
function guid(hex: string): string {
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, '$1-$2-$3-$4-$5');
}

/** Whether an instance is an entity, unless an orchestration was started with such an id. */
export function isEntityId(id: string): id is EntityId {
  return id.startsWith('@') && id.includes('@', 1);
}

export function entityId({ name, key }: EntityName): EntityId {
  return `@${name.toLowerCase()}@${key}` as EntityId;
}

/** The second `@` is the separator: a key can contain `@`. */
export function entityName(id: EntityId): EntityName {
  const at = id.indexOf('@', 1);
  return { name: id.slice(1, at), key: id.slice(at + 1) };
}

/**
 * Why an entity's key from a client is invalid; undefined for a valid one. The text is that of the genuine host, which
 * mixes up the two parameters of an exception (DurableClient.cs).
 */
export function entityKeyProblem(key: string): string | undefined {
  if (!FORBIDDEN.test(key)) return undefined;
  return "entityKey (Parameter 'Entity keys must not contain /, \\, #, ?, or control characters.')";
}
