import { createHash, randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { jobRecord, type JobRecord } from './job.js';
import { type Calibration } from './matcher/index.js';

const FOLDERS = ['jobs', 'outputs', 'calibrations', 'work'] as const;
type Folder = (typeof FOLDERS)[number];

const perType = <T extends z.ZodType>(value: T) =>
  z.object({ Customer: value, Vendor: value, 'G/L Account': value, 'Bank Account': value });
const calibrationFile = z.object({
  company: z.string(),
  calibration: z.object({
    limits: perType(z.number()),
    confidence: perType(z.array(z.tuple([z.number(), z.number()]))),
    rules: z.record(z.string(), z.number()).optional(),
  }) satisfies z.ZodType<Calibration>,
});

/**
 * What the service keeps, in one folder that only its user can read and that one process uses at a time.
 *
 * T1. A file is there whole or not at all: it is written under another name and then renamed.
 * T2. `work` holds what belongs to running jobs; nothing of it outlives the process.
 * T3. A file that cannot be understood is passed over and said, and stops nothing.
 */
export class JobStore {
  private constructor(private readonly dir: string) {}

  /** @throws Error that names the folder when it cannot be written to */
  static open(dir: string): JobStore {
    const store = new JobStore(path.resolve(dir));
    try {
      fs.rmSync(store.at('work'), { recursive: true, force: true }); // T2
      for (const folder of FOLDERS) fs.mkdirSync(store.at(folder), { recursive: true, mode: 0o700 });
    } catch (cause) {
      throw new Error(`The state folder ${store.dir} cannot be used: ${(cause as Error).message}`, { cause });
    }
    return store;
  }

  /** The jobs kept, oldest first. */
  load(): JobRecord[] {
    const records = fs
      .readdirSync(this.at('jobs'))
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => readJson(this.at('jobs', name), jobRecord) ?? []);
    return records.sort((a, b) => a.submittedAt - b.submittedAt);
  }

  save(record: JobRecord): void {
    this.write(this.at('jobs', `${record.name}.json`), JSON.stringify(record));
  }

  /** Forgets a job and its output. */
  remove(name: string): void {
    fs.rmSync(this.at('jobs', `${name}.json`), { force: true });
    fs.rmSync(this.outputFile(name), { force: true });
  }

  outputFile(name: string): string {
    return this.at('outputs', `${name}.json`);
  }

  /** A file for a running job, of a name that no other job has. */
  workFile(): string {
    return this.at('work', randomUUID());
  }

  removeWorkFile(file: string): void {
    fs.rmSync(file, { force: true });
  }

  /** Makes a work file the job's output. */
  keepOutput(name: string, workFile: string): void {
    fs.renameSync(workFile, this.outputFile(name));
  }

  /** What the company's last job taught; undefined without one. */
  calibrationOf(company: string): Calibration | undefined {
    return readJson(this.calibrationFile(company), calibrationFile)?.calibration;
  }

  keepCalibration(company: string, calibration: Calibration): void {
    this.write(this.calibrationFile(company), JSON.stringify({ company, calibration }));
  }

  /** Named by a hash: a company's name may hold anything and be of any length. */
  private calibrationFile(company: string): string {
    return this.at('calibrations', `${createHash('sha256').update(company).digest('hex')}.json`);
  }

  private write(file: string, text: string): void {
    const work = this.workFile();
    fs.writeFileSync(work, text, { mode: 0o600 });
    fs.renameSync(work, file); // T1
  }

  private at(folder: Folder, ...names: string[]): string {
    return path.join(this.dir, folder, ...names);
  }
}

/** Undefined when the file is not there, or is none of ours: T3. */
function readJson<T>(file: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.parse(JSON.parse(fs.readFileSync(file, 'utf8')));
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    console.error(`${file} cannot be read and is passed over (${(thrown as Error).name}).`);
    return undefined;
  }
}
