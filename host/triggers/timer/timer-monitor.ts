import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { type TimerStatus } from './timer-info.js';

const statusFile = z.object({ last: z.number(), next: z.number(), lastUpdated: z.number() });

/** Stores when each timer is due, in one file per timer, so that a run missed while the host was down is caught up. */
export interface TimerMonitor {
  /** @returns undefined when there is no readable file; the next run writes it again */
  read(functionName: string): TimerStatus | undefined;
  write(functionName: string, status: TimerStatus): void;
}

/** Keeps the files in `<stateDir>/timers`. */
export function createTimerMonitor(stateDir: string): TimerMonitor {
  const folder = path.join(stateDir, 'timers');
  const fileOf = (functionName: string) => path.join(folder, `${functionName.toLowerCase()}.json`);
  return {
    read: (functionName) => {
      try {
        return statusFile.parse(JSON.parse(readFileSync(fileOf(functionName), 'utf8')));
      } catch {
        return undefined;
      }
    },
    write: (functionName, status) => {
      mkdirSync(folder, { recursive: true });
      const file = fileOf(functionName);
      writeFileSync(`${file}.new`, JSON.stringify(status));
      renameSync(`${file}.new`, file);
    },
  };
}
