import fs from 'node:fs';

/** Whether a process with this ID is running. A zombie (ended, but not yet reaped by its parent) is not. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ESRCH') return false;
    if (code !== 'EPERM') throw cause;
  }
  return !isZombie(pid);
}

/** Reads /proc, which only Linux has; on other systems the init process reaps orphans. */
function isZombie(pid: number): boolean {
  try {
    return fs.readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return false;
    throw cause;
  }
}
