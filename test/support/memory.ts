import v8 from 'node:v8';
import vm from 'node:vm';

/** Bytes of buffers that the garbage collector may not free. */
export function arrayBuffersInUse(): number {
  v8.setFlagsFromString('--expose-gc');
  (vm.runInNewContext('gc') as () => void)();
  return process.memoryUsage().arrayBuffers;
}
