import path from 'node:path';
import { ROOT } from '../../../dev/plan.js';
import { readConfig, settingsSchema } from '../../../src/platform/config.js';
import { valueOf } from '../../support/arm-expression.js';
import { readFile } from '../../support/documents.js';

interface Resource {
  id: string;
  type: string;
  name: string;
  sku?: { name: string };
  properties?: Record<string, unknown> | string;
}

interface Snapshot {
  predictedResources: Resource[];
  diagnostics: unknown[];
  outputs: Record<string, string>;
}

const azureml = {
  BANK_MAP_ML_DRIVER: 'azureml',
  BANK_MAP_AZUREML_ENDPOINT: 'https://maps.test/jobs',
  BANK_MAP_AZUREML_WORKSPACE:
    '/subscriptions/0-1/resourceGroups/rg/providers/Microsoft.MachineLearningServices/workspaces/ml',
  BANK_MAP_AZUREML_OUTPUT: 'https://outputs.test/container',
};
/** What infra/snapshots/{name}.bicepparam gives for `settings`: a secure parameter has no value in a snapshot. */
const GIVEN: Record<string, Record<string, string>> = { flex: {}, premium: azureml };

const snapshotOf = (name: string) => JSON.parse(readFile(`infra/snapshots/${name}.snapshot.json`)) as Snapshot;

function ofType({ predictedResources }: Snapshot, type: string): Resource[] {
  return predictedResources.filter((resource) => resource.type.toLowerCase() === type.toLowerCase());
}

function settingsOf(name: string): Record<string, string> {
  const [config] = ofType(snapshotOf(name), 'Microsoft.Web/sites/config');
  return valueOf(config?.properties as string, { settings: GIVEN[name] ?? {} }) as Record<string, string>;
}

/** `{role id} on {type of the resource}` */
function rolesOf(name: string): string[] {
  return ofType(snapshotOf(name), 'Microsoft.Authorization/roleAssignments')
    .map(({ id, properties }) => {
      const { roleDefinitionId, principalId } = properties as Record<string, string>;
      expect(principalId).toMatch(/userAssignedIdentities\/id-longhaul-/);
      return `${roleDefinitionId?.split('/').at(-1)} on ${id.split('/').at(-6)}`;
    })
    .sort();
}

test('the snapshots are of the sources; after a change of infra/ run npm run infra', () => {
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- the script is not compiled
  const { sourcesHash } = require(path.join(ROOT, 'dev/infra.cjs')) as { sourcesHash: () => string };
  expect(readFile('infra/snapshots/sources.sha256').trim()).toBe(sourcesHash());
});

const BLOB_DATA_OWNER = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b on storageAccounts';
const QUEUE_DATA_CONTRIBUTOR = '974c5e8b-45b9-4653-ba55-29f855dd0fb1 on storageAccounts';
const TABLE_DATA_CONTRIBUTOR = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3 on storageAccounts';
const METRICS_PUBLISHER = '3913510d-42f4-4e42-8a64-420c390055eb on components';
const DURABLE_TASK_DATA_CONTRIBUTOR = '0ad04412-c4d5-4796-b79c-f76d14c8d402 on taskHubs';

test.each([
  ['flex', [BLOB_DATA_OWNER, QUEUE_DATA_CONTRIBUTOR, TABLE_DATA_CONTRIBUTOR, METRICS_PUBLISHER]],
  ['premium', [BLOB_DATA_OWNER, TABLE_DATA_CONTRIBUTOR, METRICS_PUBLISHER, DURABLE_TASK_DATA_CONTRIBUTOR]],
])('the identity of the app has its roles and no other: %s', (name, roles) => {
  expect(rolesOf(name)).toEqual([...roles].sort());
});

describe.each(['flex', 'premium'])('the template: %s', (name) => {
  const snapshot = snapshotOf(name);

  test('the storage account has no shared key, TLS 1.2 and private blobs', () => {
    const accounts = ofType(snapshot, 'Microsoft.Storage/storageAccounts');
    expect(accounts.map(({ properties }) => properties)).toEqual([
      expect.objectContaining({
        allowSharedKeyAccess: false,
        allowBlobPublicAccess: false,
        minimumTlsVersion: 'TLS1_2',
        supportsHttpsTrafficOnly: true,
      }),
    ]);
    const containers = ofType(snapshot, 'Microsoft.Storage/storageAccounts/blobServices/containers');
    for (const { properties } of containers) expect(properties).toEqual({ publicAccess: 'None' });
  });

  test('nothing takes a password or a local key', () => {
    expect(ofType(snapshot, 'Microsoft.Insights/components')[0]?.properties).toMatchObject({ DisableLocalAuth: true });
    const [workspace] = ofType(snapshot, 'Microsoft.OperationalInsights/workspaces');
    expect(workspace?.properties).toMatchObject({ features: { disableLocalAuth: true } });
    const policies = ofType(snapshot, 'Microsoft.Web/sites/basicPublishingCredentialsPolicies');
    expect(policies.map(({ properties }) => properties)).toEqual([{ allow: false }, { allow: false }]);
    expect(JSON.stringify(snapshot)).not.toMatch(/listKeys|AccountKey|SharedKey=/i);
  });

  test('the app uses https, TLS 1.2 and its identity only', () => {
    const [app] = ofType(snapshot, 'Microsoft.Web/sites');
    expect(app).toMatchObject({
      identity: { type: 'UserAssigned' },
      properties: {
        httpsOnly: true,
        siteConfig: { minTlsVersion: '1.2', scmMinTlsVersion: '1.2', ftpsState: 'Disabled' },
      },
    });
    expect(settingsOf(name)).toMatchObject({
      AzureWebJobsStorage__accountName: ofType(snapshot, 'Microsoft.Storage/storageAccounts')[0]?.name,
      AzureWebJobsStorage__credential: 'managedidentity',
      AzureWebJobsStorage__clientId: '<userAssignedIdentities>.clientId',
      AzureWebJobsDisableHomepage: 'true',
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'Authorization=AAD;ClientId=<userAssignedIdentities>.clientId',
    });
    expect(Object.keys(settingsOf(name))).not.toContain('AzureWebJobsStorage');
  });

  test('the app accepts its settings: all that are needed are set', () => {
    expect(readConfig(settingsOf(name))).toMatchObject({ IMAGE_PROVIDER_URL: 'https://images.test' });
  });

  test('every setting is one of docs/configuration.md or of the platform, which docs/deploy.md lists', () => {
    const own = Object.keys(settingsSchema.shape);
    const documented = [...readFile('docs/configuration.md').matchAll(/^\| `(\w+)` \|/gm)].map(([, one]) => one);
    expect(documented.sort()).toEqual([...own].sort());
    const section = readFile('docs/deploy.md').split('\n### Settings of the template\n')[1]?.split('\n#')[0] ?? '';
    const platform = [...section.matchAll(/^\| `(\w+)` \|/gm)].map(([, one]) => one);
    for (const one of Object.keys(settingsOf(name))) expect([...own, ...platform]).toContain(one);
  });

  test('no output is a secret, and nothing is wrong', () => {
    expect(snapshot.diagnostics).toEqual([]);
    expect(Object.keys(snapshot.outputs).sort()).toEqual(['APP_NAME', 'APP_URL', 'STORAGE_ACCOUNT_NAME']);
    expect(valueOf(snapshot.outputs.APP_URL ?? '')).toBe('https://<sites>.defaultHostName');
  });
});

test('the plans are Flex Consumption, which gets its package from the storage account, and Premium', () => {
  const [flex, premium] = ['flex', 'premium'].map((name) => ({
    plan: ofType(snapshotOf(name), 'Microsoft.Web/serverfarms')[0]?.sku?.name,
    app: ofType(snapshotOf(name), 'Microsoft.Web/sites')[0]?.properties,
  }));
  expect(flex?.plan).toBe('FC1');
  expect(flex?.app).toMatchObject({
    functionAppConfig: {
      runtime: { name: 'node', version: '24' },
      deployment: { storage: { type: 'blobContainer', authentication: { type: 'UserAssignedIdentity' } } },
    },
  });
  expect(premium?.plan).toBe('EP1');
  expect(premium?.app).toMatchObject({ siteConfig: { linuxFxVersion: 'Node|24', healthCheckPath: '/health' } });
  expect(settingsOf('premium')).toMatchObject({
    FUNCTIONS_EXTENSION_VERSION: '~4',
    FUNCTIONS_WORKER_RUNTIME: 'node',
    WEBSITE_RUN_FROM_PACKAGE: '<storageAccounts>.primaryEndpoints.blobapp-packages/longhaul.zip',
  });
});

test('the Durable Task Scheduler has the task hub that host.json names, and the app uses it', () => {
  const hostJson = JSON.parse(readFile('host.json')) as { extensions: { durableTask: { hubName: string } } };
  const [hub] = ofType(snapshotOf('premium'), 'Microsoft.DurableTask/schedulers/taskHubs');
  expect(hub?.name.split('/').at(-1)).toBe(hostJson.extensions.durableTask.hubName);
  const settings = settingsOf('premium');
  expect(settings).toMatchObject({
    DURABLE_TASK_SCHEDULER_CONNECTION_STRING:
      'Endpoint=<schedulers>.endpoint;Authentication=ManagedIdentity;ClientID=<userAssignedIdentities>.clientId',
    AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged',
  });
  expect(ofType(snapshotOf('flex'), 'Microsoft.DurableTask/schedulers')).toEqual([]);
});
