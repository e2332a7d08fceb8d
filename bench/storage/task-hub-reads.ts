/** Loaded into the app before it starts (`--require`): appends a line for each status read of the task hub to a file. */
import diagnostics from 'node:diagnostics_channel';
import fs from 'node:fs';

interface Created {
  request: { method: string; path: string };
}

const file = process.env.TASK_HUB_READS_FILE;

if (file !== undefined) {
  diagnostics.subscribe('undici:request:create', (message) => {
    const { method, path } = (message as Created).request;
    if (method === 'GET' && path.includes('/instances/')) fs.appendFileSync(file, '.');
  });
}
