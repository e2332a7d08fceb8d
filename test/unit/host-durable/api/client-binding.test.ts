import { clientBinding } from '../../../../host/durable/api/client-binding.js';

test('the binding document contains only text where the library requires it', () => {
  const parts = { base: 'http://h:1/runtime/webhooks/durabletask', hubName: 'Hub', systemKey: 'k&y' };
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
