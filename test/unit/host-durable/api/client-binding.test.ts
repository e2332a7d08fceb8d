import { clientBinding, managementUrls } from '../../../../host/durable/api/client-binding.js';

const parts = {
  base: 'http://h:1/runtime/webhooks/durabletask',
  hubName: 'Hub',
  connection: 'Storage',
  systemKey: 'k&y',
};

test('the binding document contains only text where the library requires it', () => {
  const document = JSON.parse(clientBinding(parts, 'http://127.0.0.1:2/durabletask')) as {
    [part: string]: unknown;
    creationUrls: Record<string, unknown>;
    managementUrls: Record<string, unknown>;
  };
  const urls = [...Object.values(document.creationUrls), ...Object.values(document.managementUrls)];
  expect(urls.every((url) => typeof url === 'string')).toBe(true);
  expect(document.rpcBaseUrl).toBe('http://127.0.0.1:2/durabletask/');
  expect(document.requiredQueryStringParameters).toBe('code=k%26y');
});

test('ids are encoded as .NET encodes them, with a plus for a space', () => {
  const { purgeHistoryDeleteUri } = managementUrls("@a b~'é(!*)", { ...parts, systemKey: null });
  expect(purgeHistoryDeleteUri).toBe(
    'http://h:1/runtime/webhooks/durabletask/instances/%40a+b%7E%27%C3%A9(!*)?taskHub=Hub&connection=Storage',
  );
});
