import fs from 'node:fs/promises';

/** Ticks of `/proc/<pid>/stat` in a second, the same on every Linux (proc_pid_stat(5), sysconf(_SC_CLK_TCK)). */
const TICKS = 100;

/** KiB of a process in memory. */
export async function rssOf(pid: number | undefined): Promise<number> {
  const status = await fs.readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
}

/** Processor time of a process so far, in ms, all threads. */
export async function cpuOf(pid: number | undefined): Promise<number> {
  const stat = await fs.readFile(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // from the third on; the second may hold spaces
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS;
}
