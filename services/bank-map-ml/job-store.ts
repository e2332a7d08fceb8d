import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { type z } from 'zod';
import { jobRecord, type JobRecord } from './job.js';

const FOLDERS = ['jobs', 'outputs', 'work'] as const;
type Folder = (typeof FOLDERS)[number];

/**
 * The stored state of the service, in one folder that only its user can read and that one process uses at a time.
 *
 * T1. Files are written atomically: under another name, then renamed.
 * T2. `work` contains the files of running jobs; it is emptied at the start.
 * T3. A file that cannot be parsed is skipped and logged.
 */
export class JobStore {
  readonly #dir: string;

  private constructor(dir: string) {
    this.#dir = dir;
  }

  /** @throws Error that names the folder when it cannot be written to */
  static open(dir: string): JobStore {
    const store = new JobStore(path.resolve(dir));
    try {
      fs.rmSync(store.#at('work'), { recursive: true, force: true }); // T2
      for (const folder of FOLDERS) fs.mkdirSync(store.#at(folder), { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new Error(`The state folder ${store.#dir} cannot be used: ${(cause as Error).message}`, { cause });
    }
    return store;
  }

  /** The stored jobs, oldest first. */
  load(): JobRecord[] {
    const records = fs
      .readdirSync(this.#at('jobs'))
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => readJson(this.#at('jobs', name), jobRecord) ?? []);
    return records.sort((a, b) => a.submittedAt - b.submittedAt);
  }

  save(record: JobRecord): void {
    this.#write(this.#at('jobs', `${record.name}.json`), JSON.stringify(record));
  }

  /** Deletes a job and its output. */
  remove(name: string): void {
    fs.rmSync(this.#at('jobs', `${name}.json`), { force: true });
    fs.rmSync(this.outputFile(name), { force: true });
  }

  outputFile(name: string): string {
    return this.#at('outputs', `${name}.json`);
  }

  /** The path of a new work file with a unique name. */
  workFile(): string {
    return this.#at('work', randomUUID());
  }

  removeWorkFile(file: string): void {
    fs.rmSync(file, { force: true });
  }

  /** Moves a work file to the job's output. */
  keepOutput(name: string, workFile: string): void {
    fs.renameSync(workFile, this.outputFile(name));
  }

  #write(file: string, text: string): void {
    const work = this.workFile();
    fs.writeFileSync(work, text, { mode: 0o600 });
    fs.renameSync(work, file); // T1
  }

  #at(folder: Folder, ...names: string[]): string {
    return path.join(this.#dir, folder, ...names);
  }
}

/** Undefined when the file does not exist or cannot be parsed (T3). */
function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    console.error(`${file} cannot be read and is skipped (${(thrown as Error).name}).`);
    return undefined;
  }
}
