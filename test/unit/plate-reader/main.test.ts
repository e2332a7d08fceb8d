import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const MAIN = path.join(__dirname, '../../../services/plate-reader/main.js');

test('by default it has a reader thread for each core, and 32 images may wait', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, '--help']);
  const help = stdout.replace(/\s+/g, ' ');
  expect(help).toContain(`images read at a time (default: ${availableParallelism()})`);
  expect(help).toContain('further ones get 503 (default: 32)');
});
