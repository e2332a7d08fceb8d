import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmodSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/** Access levels. `admin` includes all others; `system` does not include `function` (host contract, 3.2). */
export type AccessLevel = 'anonymous' | 'function' | 'system' | 'admin';

/** A set of keys: for all functions, one function, or extensions. */
export type KeyScope = { kind: 'host' } | { kind: 'system' } | { kind: 'function'; name: string };

/** The name of the master key in the scope `system`. */
export const MASTER_KEY_NAME = '_master';
/** The name of the durable extension's system key. */
export const DURABLE_SYSTEM_KEY = 'durabletask_extension';
/** The name of the system key that the storage extension has in the genuine host. */
const BLOBS_SYSTEM_KEY = 'blobs_extension';

const named = z.record(z.string(), z.string());
const fileSchema = z.strictObject({
  masterKey: z.string().min(1),
  functionKeys: named,
  systemKeys: named,
  functions: z.record(z.string(), named),
});
type KeyFile = z.infer<typeof fileSchema>;

const KEY_BYTES = 32;

/** A new random key. */
export function generateKey(): string {
  return randomBytes(KEY_BYTES).toString('base64url');
}

/**
 * The keys of one state folder (host contract, 3.2).
 *
 * K1 A change takes effect only after it is stored: in a new file with mode 0600 that replaces the old one.
 * K2 A given key is compared in constant time with every key that could match, so that the time reveals nothing.
 */
export class KeyStore {
  readonly #file: string;
  #keys: KeyFile;

  private constructor(file: string, keys: KeyFile) {
    this.#file = file;
    this.#keys = keys;
  }

  /**
   * Reads `<stateDir>/keys.json`, or creates it with a master key, a host function key and the system keys.
   *
   * @throws Error when the file is invalid
   */
  static open(stateDir: string): KeyStore {
    const file = path.join(stateDir, 'keys.json');
    const keys = readKeys(file);
    const store = new KeyStore(
      file,
      keys ?? { masterKey: generateKey(), functionKeys: {}, systemKeys: {}, functions: {} },
    );
    if (keys === undefined) store.set({ kind: 'host' }, 'default', generateKey());
    for (const name of [DURABLE_SYSTEM_KEY, BLOBS_SYSTEM_KEY]) {
      if (store.get({ kind: 'system' }, name) === undefined) store.set({ kind: 'system' }, name, generateKey());
    }
    return store;
  }

  /** The level of a key for one function, or in general (host contract, 3.2). */
  levelOf(key: string | undefined, functionName?: string): AccessLevel {
    if (key === undefined || key === '') return 'anonymous';
    const digest = digestOf(key);
    const own = functionName === undefined ? {} : this.#ofFunction(functionName);
    const isMaster = matchesAny(digest, [this.#keys.masterKey]);
    const isSystem = matchesAny(digest, Object.values(this.#keys.systemKeys));
    const isFunction = matchesAny(digest, [...Object.values(this.#keys.functionKeys), ...Object.values(own)]);
    if (isMaster) return 'admin';
    if (isSystem) return 'system';
    if (isFunction) return 'function';
    if (functionName !== undefined) this.list({ kind: 'function', name: functionName }); // the genuine host reads them too
    return 'anonymous';
  }

  /** True for the system key with this name and for the master key. */
  allowsExtension(key: string | undefined, keyName: string): boolean {
    if (key === undefined || key === '') return false;
    const digest = digestOf(key);
    const systemKey = this.get({ kind: 'system' }, keyName);
    const { masterKey } = this.#keys;
    return matchesAny(digest, systemKey === undefined ? [masterKey] : [masterKey, systemKey]);
  }

  /** The keys of a scope. A function has a key `default` from the first time that its keys are read. */
  list(scope: KeyScope): Readonly<Record<string, string>> {
    switch (scope.kind) {
      case 'host':
        return this.#keys.functionKeys;
      case 'system':
        return this.#keys.systemKeys;
      case 'function':
        if (own(this.#keys.functions, scope.name.toLowerCase()) === undefined)
          this.set(scope, 'default', generateKey());
        return this.#ofFunction(scope.name);
    }
  }

  #ofFunction(name: string): Readonly<Record<string, string>> {
    return own(this.#keys.functions, name.toLowerCase()) ?? {};
  }

  get(scope: KeyScope, name: string): string | undefined {
    return scope.kind === 'system' && name === MASTER_KEY_NAME ? this.#keys.masterKey : own(this.list(scope), name);
  }

  /**
   * Stores a key; names ignore case, and the new spelling stays.
   *
   * @returns whether the key is new
   */
  set(scope: KeyScope, name: string, value: string): boolean {
    if (scope.kind !== 'function' && isMasterKey(name)) {
      this.#write({ ...this.#keys, masterKey: value });
      return false;
    }
    const known = Object.entries(scope.kind === 'function' ? this.#ofFunction(scope.name) : this.list(scope));
    const isSame = ([key]: [string, string]) => key.toLowerCase() === name.toLowerCase();
    const isNew = !known.some(isSame);
    const changed: [string, string][] = known.map((entry) => (isSame(entry) ? [name, value] : entry));
    this.#write(this.#with(scope, Object.fromEntries(isNew ? [...known, [name, value]] : changed)));
    return isNew;
  }

  /** @returns whether the key existed; names ignore case */
  delete(scope: KeyScope, name: string): boolean {
    const known = Object.entries(this.list(scope));
    const left = known.filter(([key]) => key.toLowerCase() !== name.toLowerCase());
    if (left.length === known.length) return false;
    this.#write(this.#with(scope, Object.fromEntries(left)));
    return true;
  }

  #with(scope: KeyScope, keys: Record<string, string>): KeyFile {
    switch (scope.kind) {
      case 'host':
        return { ...this.#keys, functionKeys: keys };
      case 'system':
        return { ...this.#keys, systemKeys: keys };
      case 'function':
        return { ...this.#keys, functions: { ...this.#keys.functions, [scope.name.toLowerCase()]: keys } };
    }
  }

  #write(keys: KeyFile): void {
    const temporary = `${this.#file}.new`;
    writeFileSync(temporary, `${JSON.stringify(keys, null, 2)}\n`, { mode: 0o600 });
    chmodSync(temporary, 0o600); // `mode` has no effect on an existing file
    renameSync(temporary, this.#file);
    this.#keys = keys;
  }
}

function readKeys(file: string): KeyFile | undefined {
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new Error(`${file} has no valid keys. Repair the file, or delete it to generate new keys.`, { cause });
  }
}

/** Whether a key's name is that of the master key, which cannot be deleted. */
export function isMasterKey(name: string): boolean {
  return name.toLowerCase() === MASTER_KEY_NAME;
}

function own<T>(record: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function matchesAny(digest: Buffer, keys: readonly string[]): boolean {
  let found = false;
  for (const key of keys) found = timingSafeEqual(digest, digestOf(key)) || found;
  return found;
}
