import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseHostJson } from '../../../host/config/host-json.js';
import { loadLocalSettings, resolveSettings } from '../../../host/config/app-settings.js';
import { parseTimeSpan } from '../../../host/config/time-span.js';

test('an empty host.json has the genuine host’s defaults', () => {
  expect(parseHostJson({ version: '2.0' }, {})).toMatchObject({
    http: { routePrefix: 'api', maxOutstandingRequests: Infinity, maxConcurrentRequests: Infinity },
    durableTask: {
      hubName: 'TestHubName',
      maxEntityOperationBatchSize: 5_000,
      maxOrchestrationActions: 100_000,
      overridableExistingInstanceStates: 'NonRunningStates',
      defaultAsyncRequestSleepTimeMilliseconds: 30_000,
      storeInputsInOrchestrationHistory: false,
      defaultVersion: null,
      localRpcEndpointEnabled: true,
    },
    functionTimeoutMs: 1_800_000,
    logLevels: {},
  });
});

test('given values are used, and sections of other extensions are ignored', () => {
  const settings = parseHostJson(
    {
      version: '2.0',
      functionTimeout: '-1',
      aggregator: { batchSize: 'ignored' },
      logging: { logLevel: { default: 'Warning', 'Function.x': 'NONE' } },
      extensions: {
        queues: {},
        http: { routePrefix: '/v1/', maxOutstandingRequests: -1, maxConcurrentRequests: 5 },
        durableTask: { hubName: '%HUB%', maxConcurrentActivityFunctions: 3, storageProvider: { type: 'x' } },
      },
    },
    { HUB: 'MyHub' },
  );
  expect(settings).toMatchObject({
    http: { routePrefix: 'v1', maxOutstandingRequests: Infinity, maxConcurrentRequests: 5 },
    durableTask: { hubName: 'MyHub', maxConcurrentActivityFunctions: 3 },
    functionTimeoutMs: Infinity,
    logLevels: { default: 'warning', 'Function.x': 'none' },
  });
});

test.each([
  ['mysite', 'mysite'],
  ['my-app', 'myapp'],
  ['7-up', 't7up'],
  ['ab', 'abHub'],
  ['--', 'DefaultTaskHub'],
  ['x'.repeat(60), 'x'.repeat(45)],
])('the site %s has the default task hub %s', (WEBSITE_SITE_NAME, expected) => {
  expect(parseHostJson({ version: '2.0' }, { WEBSITE_SITE_NAME }).durableTask.hubName).toBe(expected);
});

test('a task hub in host.json is refused when its name is invalid', () => {
  const content = { version: '2.0', extensions: { durableTask: { hubName: 'my-app' } } };
  expect(() => parseHostJson(content, {})).toThrow('hubName: give 3 to 50 letters and digits, a letter first');
});

test.each([
  [{}, 'Storage'],
  [{ connectionStringName: 'Older' }, 'Older'],
  [{ connectionName: 'Newer', connectionStringName: 'Older' }, 'Newer'],
])('the connection of the storage provider %j is %s', (storageProvider, expected) => {
  const content = { version: '2.0', extensions: { durableTask: { storageProvider } } };
  expect(parseHostJson(content, {}).durableTask.connectionName).toBe(expected);
});

test('every problem is listed with its path and a remedy', () => {
  const content = {
    version: '1.0',
    functionTimeout: 'soon',
    logging: { logLevel: { default: 'loud' } },
    extensions: {
      http: { routePrefix: 5, maxOutstandingRequests: 0 },
      durableTask: { hubName: '%HUB%', maxConcurrentActivityFunctions: 0, maxConcurrentEntityFunctions: 1.5 },
    },
  };
  const read = () => parseHostJson(content, {}, '/app/host.json');
  for (const part of [
    '/app/host.json has problems',
    '- version: it must be "2.0"',
    '- functionTimeout: give a time',
    '- logging.logLevel.default: give one of',
    '- extensions.http.routePrefix:',
    '- extensions.http.maxOutstandingRequests: give a number above zero, or -1',
    '- extensions.durableTask.hubName: the setting HUB is not set',
    '- extensions.durableTask.maxConcurrentActivityFunctions: give a number above zero',
    '- extensions.durableTask.maxConcurrentEntityFunctions: give a whole number',
  ]) {
    expect(read).toThrow(part);
  }
});

test.each([
  ['00:05:00', 300_000],
  ['1.02:03:04.5', 93_784_500],
  ['2', 172_800_000],
  ['10:20', 37_200_000],
  ['24:00:00', undefined],
  ['00:60:00', undefined],
  ['soon', undefined],
  ['-00:01:00', undefined],
])('the TimeSpan %s is %s ms', (text, ms) => {
  expect(parseTimeSpan(text)).toBe(ms);
});

test('settings are replaced by their values, and all missing ones are named', () => {
  expect(resolveSettings('0 %M% * * * %D%', { M: '*/5', D: '1' })).toBe('0 */5 * * * 1');
  expect(() => resolveSettings('%A% %B%', {})).toThrow('A, B');
});

test('queues have the genuine host’s defaults; the threshold depends on batch size and processors', () => {
  expect(parseHostJson({ version: '2.0' }, {}).queues).toEqual({
    batchSize: 16,
    newBatchThreshold: 8 * availableParallelism(),
    maxPollingIntervalMs: 60_000,
    visibilityTimeoutMs: 0,
    maxDequeueCount: 5,
    messageEncoding: 'base64',
  });
  const queues = { batchSize: 32, newBatchThreshold: 0, maxPollingInterval: '00:00:02', messageEncoding: 'None' };
  expect(parseHostJson({ version: '2.0', extensions: { queues } }, {}).queues).toMatchObject({
    batchSize: 32,
    newBatchThreshold: 0,
    maxPollingIntervalMs: 2_000,
    messageEncoding: 'none',
  });
});

test('every invalid queue setting is listed', () => {
  const queues = {
    batchSize: 33,
    newBatchThreshold: -1,
    maxPollingInterval: '00:00:00.05',
    visibilityTimeout: '8.00:00:00',
    maxDequeueCount: 0,
    messageEncoding: 'utf8',
  };
  const problems = Object.keys(queues).map((name) => `- extensions.queues.${name}: give `);
  expect(() => parseHostJson({ version: '2.0', extensions: { queues } }, {})).toThrow(
    new RegExp(problems.map((problem) => problem.replaceAll('.', '\\.')).join('.*\n')),
  );
});

describe('local.settings.json', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(path.join(tmpdir(), 'longhaul-settings-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));
  const load = (content: string, env: Record<string, string | undefined>) => {
    writeFileSync(path.join(dir, 'local.settings.json'), content);
    loadLocalSettings(dir, env);
    return env;
  };

  test('sets variables that the environment does not have', () => {
    const content = '\uFEFF{ "IsEncrypted": false, /* kept */ "Values": { "A": "file", "B": 1, "C": true } }';
    expect(load(content, { A: 'environment' })).toEqual({ A: 'environment', B: '1', C: 'true' });
  });

  test('may be missing', () => {
    expect(() => loadLocalSettings(dir, {})).not.toThrow();
  });

  test.each([
    ['{ "Values": { "A": {} } }', 'Values.A'],
    ['{ "IsEncrypted": true }', 'func settings decrypt'],
    ['{', 'it is not valid JSON'],
  ])('%s is refused', (content, reason) => {
    expect(() => load(content, {})).toThrow(reason);
  });
});
