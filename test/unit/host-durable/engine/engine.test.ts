import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createSystemClock } from '../../../../host/clock.js';
import { type DurableSettings } from '../../../../host/contracts.js';
import { Engine } from '../../../../host/durable/engine/engine.js';
import { StateFile } from '../../../../host/durable/store/state-file.js';

const MAX_MEMBERS = 20;

test(`the engine exposes at most ${MAX_MEMBERS} members`, () => {
  const stateDir = fs.mkdtempSync(path.join(os.tmpdir(), 'engine-'));
  const file = new StateFile(stateDir);
  const engine = new Engine(
    {
      functions: [],
      invoke: () => Promise.reject(new Error('There are no functions.')),
      stateDir,
      settings: {} as DurableSettings,
      logger: { log: () => undefined },
      clock: createSystemClock(),
      isOwnStorage: () => true,
    },
    file,
  );
  const members = [...Object.getOwnPropertyNames(engine), ...Object.getOwnPropertyNames(Engine.prototype)];
  file.close();
  fs.rmSync(stateDir, { recursive: true });
  expect(members.filter((name) => name !== 'constructor').length).toBeLessThanOrEqual(MAX_MEMBERS);
});
