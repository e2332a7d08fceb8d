/** Identities, branded so that one is never passed for another. */

declare const brand: unique symbol;
export type InstanceId = string & { readonly [brand]: 'InstanceId' };
/** One life of an instance: continue-as-new begins another. */
export type ExecutionId = string & { readonly [brand]: 'ExecutionId' };
/** The number of an action within its execution (host contract, 6.7). */
export type TaskId = number & { readonly [brand]: 'TaskId' };
/** Key of the instance's row: unlike the id it is not used twice while the host runs. */
export type InstanceKey = number & { readonly [brand]: 'InstanceKey' };

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
