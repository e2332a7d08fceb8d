import { readConfig } from '../../../src/platform/config.js';
import { parseHostJson } from '../../../host/config/host-json.js';
import { readFile } from '../../support/documents.js';

interface HostJson {
  telemetryMode: string;
  singleton: object;
  logging: { logLevel: Record<string, string> };
  extensions: { durableTask: object };
}

const hostJson = JSON.parse(readFile('host.json')) as HostJson;
const deploy = readFile('docs/deploy.md');

/** The first two cells of the rows below a heading of docs/deploy.md, without the backquotes. */
function rows(heading: string): [string, string][] {
  const section = deploy.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \| `([^`]+)` \|/gm)].map(([, name = '', value = '']) => [name, value]);
}

/** Settings by their path from `value`, such as `storageProvider.partitionCount`. */
function leaves(value: object, prefix = ''): [string, string][] {
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) =>
    typeof inner === 'object' && inner !== null ? leaves(inner, `${prefix}${name}.`) : [[prefix + name, String(inner)]],
  );
}

test('docs/deploy.md lists every durable and every singleton setting and the telemetry mode of host.json, and no other', () => {
  const { singleton, telemetryMode, extensions } = hostJson;
  expect(rows('host.json').sort()).toEqual(leaves({ ...extensions.durableTask, singleton, telemetryMode }).sort());
});

test('docs/deploy.md lists every log category of host.json with its level, and no other', () => {
  expect(rows('Logs').sort()).toEqual(Object.entries(hostJson.logging.logLevel).sort());
});

test('a message that a killed instance held is delivered again after a minute, and idle queues are polled each second', () => {
  expect(hostJson.extensions.durableTask).toMatchObject({
    storageProvider: {
      controlQueueVisibilityTimeout: '00:01:00',
      workItemQueueVisibilityTimeout: '00:01:00',
      maxQueuePollingInterval: '00:00:01',
    },
  });
});

test('worker calls and webhook attempts of an instance take at most half of its activity slots, and leave room for images', () => {
  const { SERVERLESS_MAX_CALLS, PLATES_AT_ONCE } = readConfig({
    AzureWebJobsStorage: 'UseDevelopmentStorage=true',
    IMAGE_PROVIDER_URL: 'http://images.test',
    PLATE_READER_URL: 'http://reader.test',
    BANK_MAP_ML_URL: 'http://ml.test',
  });
  const { maxConcurrentActivityFunctions: slots } = parseHostJson(hostJson, {}).durableTask;
  expect(SERVERLESS_MAX_CALLS).toBeLessThanOrEqual(slots / 2);
  expect(SERVERLESS_MAX_CALLS + PLATES_AT_ONCE).toBeLessThan(slots);
});

test('another instance takes over the timers of a killed one within half a minute', () => {
  expect(hostJson.singleton).toEqual({
    listenerLockPeriod: '00:00:15',
    listenerLockRecoveryPollingInterval: '00:00:15',
  });
});

test('the embedded host accepts host.json', () => {
  expect(parseHostJson(hostJson, {}).durableTask).toMatchObject({
    hubName: 'Longhaul',
    maxConcurrentActivityFunctions: 128,
    maxConcurrentOrchestratorFunctions: 32,
    maxConcurrentEntityFunctions: 32,
  });
});
