import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { planStack } from '../../../dev/plan.js';

test('options of the bank-map service are passed on to it', async () => {
  const dir = await fs.mkdtemp(path.join(os.tmpdir(), 'longhaul-plan-'));
  try {
    const bankMapArgs = ['--now=2026-11-28T00:00:00Z', '--learning=on'];
    const { specs } = await planStack(dir, { bankMapArgs });
    expect(specs.bankMapMl?.args.slice(-2)).toEqual(bankMapArgs);
    expect(specs.plateReader?.args).not.toEqual(expect.arrayContaining(bankMapArgs));
  } finally {
    await fs.rm(dir, { recursive: true });
  }
});
