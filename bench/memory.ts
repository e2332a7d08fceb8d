import fs from 'node:fs';
import { type Stack } from '../dev/stack.js';

const SAMPLE_INTERVAL_MS = 20;
const PAGE_BYTES = 4_096;
const MiB = 2 ** 20;

/** Resident memory of the app's process, MiB (proc(5): statm, in pages of 4 KiB). */
export function residentMiB(stack: Stack): number {
  const pages = Number(fs.readFileSync(`/proc/${stack.pid('app')}/statm`, 'utf8').split(' ')[1]);
  return (pages * PAGE_BYTES) / MiB;
}

/** Runs `work`, and measures the highest resident memory of the app's process meanwhile, MiB. */
export async function withPeakMemory<T>(stack: Stack, work: () => Promise<T>): Promise<{ value: T; peakMiB: number }> {
  let peakMiB = 0;
  const timer = setInterval(() => (peakMiB = Math.max(peakMiB, residentMiB(stack))), SAMPLE_INTERVAL_MS);
  try {
    const value = await work();
    return { value, peakMiB };
  } finally {
    clearInterval(timer);
  }
}
