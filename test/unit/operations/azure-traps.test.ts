import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { RetryOptions, type OrchestrationContext, type Task } from 'durable-functions';
import { runOrchestrator } from '../../support/orchestrator-runner.js';

/** The runner of the unit tests refuses what is a trap in Azure (docs/host.md), and it runs each orchestrator. */
type Df = OrchestrationContext['df'];

const ROOT = path.resolve(__dirname, '../../../..');
const activities = { echo: (input: unknown) => input };
const later = (df: Df) => new Date(df.currentUtcDateTime.getTime() + 60_000);
const withTimeout = () => Object.assign(new RetryOptions(1, 2), { retryTimeoutInMilliseconds: 5 });

test.each<[string, (df: Df) => Generator<Task, unknown>]>([
  [
    'two Task.any',
    function* (df) {
      const timer = df.createTimer(later(df));
      yield df.Task.any([timer, df.callActivity('echo', 1)]);
      yield df.Task.any([timer, df.callActivity('echo', 2)]);
      timer.cancel();
    },
  ],
  [
    'boolean or null',
    function* (df) {
      yield df.callActivity('echo', true);
    },
  ],
  [
    'retryTimeoutInMilliseconds',
    function* (df) {
      yield df.callActivityWithRetry('echo', withTimeout(), 1);
    },
  ],
  [
    'a text as input of continueAsNew',
    function* (df) {
      yield df.callActivity('echo', 1);
      df.continueAsNew('again');
    },
  ],
  [
    'a custom status before continueAsNew',
    function* (df) {
      df.setCustomStatus('first');
      yield df.callActivity('echo', 1);
      df.continueAsNew({});
    },
  ],
  [
    'a version',
    function* (df) {
      yield df.callSubOrchestrator('child', 1, undefined, '2');
    },
  ],
  [
    'the instance ID',
    function* (df) {
      yield df.callSubOrchestrator('child', 1, '@entity@key');
    },
  ],
])('%s is refused', async (trap, steps) => {
  const run = runOrchestrator(({ df }) => steps(df), { input: 1, activities });
  await expect(run).rejects.toThrow(trap);
});

test('the app reads no history of a status: its fields differ from those that the library names', () => {
  const readers = globSync('src/**/*.ts', { cwd: ROOT }).filter((file) =>
    readFileSync(path.join(ROOT, file), 'utf8').includes('showHistory'),
  );
  expect(readers).toEqual(['src/operations/reading/history-stream.ts']); // which reads what Azure sends
});

test('each orchestrator of the app has a unit test with the runner', () => {
  const tests = globSync('test/unit/**/*.test.ts', { cwd: ROOT })
    .map((file) => readFileSync(path.join(ROOT, file), 'utf8'))
    .filter((text) => text.includes('orchestrator-runner.js'));
  const untested = globSync('src/**/*.orchestrator.ts', { cwd: ROOT })
    .map((file) => path.basename(file, '.ts'))
    .filter((name) => !tests.some((text) => text.includes(`/${name}.js'`)));
  expect(untested).toEqual([]);
});
