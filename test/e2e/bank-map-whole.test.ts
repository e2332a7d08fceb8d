import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { startStack, type Stack } from '../support/test-stack.js';
import { type MappingResult } from '../../services/bank-map-ml/mapping.js';
import { SMALL, zipOf } from '../support/bank-map-zip.js';
import { setFault } from '../support/client.js';
import { eventually } from '../support/eventually.js';

const MAIN = path.join(__dirname, '../../cli/longhaul.js');

let stack: Stack;
let zip: string;

beforeAll(async () => {
  stack = await startStack({ services: ['bankMapMl'], faults: true, env: { BANK_MAP_POLL_MS: '20' } });
  zip = path.join(stack.dir, 'june.zip');
  await fs.writeFile(zip, zipOf());
});
afterAll(() => stack.stop());

/** Maps the zip with the command line. */
async function map(out: string, from = zip): Promise<{ stdout: string; stderr: string; code: number; main: unknown }> {
  const file = path.join(stack.dir, out);
  const args = ['--url', stack.url, '--company', 'UAB "Ąžuolas"', '--poll', '0.1', '--out', file, from];
  const child = spawn(process.execPath, [MAIN, 'bank-map', ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exit = once(child, 'exit') as Promise<[number]>;
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  const result = JSON.parse(await fs.readFile(file, 'utf8').catch(() => '{}')) as Partial<MappingResult>;
  return { stdout, stderr, code, main: result.mappings?.[0]?.main };
}

const MAPPED = { item: { no: 'C1', type: 'Customer' }, recommended: true, docs: [{ sum: 121.5 }] };

test('the command line maps a zip through app, storage and mapping service', async () => {
  const { stdout, stderr, code, main } = await map('first.json');
  expect([stderr, code]).toEqual([expect.stringContaining('Completed'), 0]);
  expect(stdout).toContain('first.json: 1 line, 1 recommended');
  expect(main).toMatchObject(MAPPED);
});

test('a history of a million lines is accepted, and a payer is recognized by it', async () => {
  const payer = 'LT121000011101001000';
  const history = Array.from({ length: 1_000_000 }, (_, number) =>
    JSON.stringify({
      externalDocumentNumber: `H${number}`,
      operationDate: '2026-03-01',
      transactionType: 'CRDT',
      description: `Payer ${number % 7_919}`,
      messageToRecipient: `Invoice ${number * 31}`,
      amount: number / 100,
      debtorIban: number === 500_000 ? payer : `LT${number}`,
    }),
  );
  const line = {
    ...(SMALL.bankStatementLines as object[])[0],
    debtorName: 'Somebody',
    transactionText: '',
    debtorIban: payer,
  };
  const large = path.join(stack.dir, 'large.zip');
  await fs.writeFile(
    large,
    zipOf({
      bankStatementLines: [line],
      bankStatementEntries: history.join('\n'),
      customerRecognitions: [{ externalDocumentNumber: 'H500000', recognizedAccountNumber: 'C1' }],
    }),
  );
  const { code, main } = await map('large.json', large);
  expect([code, main]).toMatchObject([0, { item: MAPPED.item, details: { iban_prob: 1 } }]);
});

test('a mapping service that is killed during a job finishes it after a restart', async () => {
  await setFault(stack.bankMapMl.url, { mode: 'stall', count: 1 });
  const mapped = map('second.json');
  await eventually(async () => {
    const seen = (await (await fetch(`${stack.bankMapMl.url}/_requests`)).json()) as { mode: string; call: string }[];
    return seen.find(({ mode }) => mode === 'stall');
  }, 'the job to be submitted');
  await stack.kill('bankMapMl', 'SIGKILL');
  await stack.restart('bankMapMl');
  const { code, main } = await mapped;
  expect([code, main]).toEqual([0, expect.objectContaining({ recommended: true })]);
});
