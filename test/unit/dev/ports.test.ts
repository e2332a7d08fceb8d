import { once } from 'node:events';
import fs from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { storedPorts } from '../../../dev/ports.js';

test('ports stay the same from start to start, unless another process uses one', async () => {
  const file = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'longhaul-ports-')), 'ports.json');
  const first = await storedPorts(file, 3);
  expect(await storedPorts(file, 3)).toEqual(first);

  const other = net.createServer().listen(first[1], '127.0.0.1');
  await once(other, 'listening');
  const second = await storedPorts(file, 3);
  expect(second).not.toContain(first[1]);
  other.close();
  expect(await storedPorts(file, 3)).toEqual(second);

  fs.writeFileSync(file, '{"what": "ever"}');
  expect(await storedPorts(file, 3)).toHaveLength(3);
  fs.rmSync(path.dirname(file), { recursive: true });
});
