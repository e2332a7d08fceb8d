import { storageUrls } from '../../../dev/storage-urls.js';

const account = (protocol: string, suffix: string) => ({
  blobs: `${protocol}://acme.blob.${suffix}`,
  tables: `${protocol}://acme.table.${suffix}`,
});

test.each([
  ['AccountName=acme;AccountKey=a2V5==', account('https', 'core.windows.net')],
  [
    'DefaultEndpointsProtocol=http;AccountName=acme;AccountKey=a2V5==;EndpointSuffix=core.chinacloudapi.cn;',
    account('http', 'core.chinacloudapi.cn'),
  ],
  [
    'BlobEndpoint=http://b.test/acme; TableEndpoint=http://t.test/acme;SharedAccessSignature=sv=1&sig=secret',
    { blobs: 'http://b.test/acme', tables: 'http://t.test/acme' },
  ],
  [
    'UseDevelopmentStorage=true',
    { blobs: 'http://127.0.0.1:10000/devstoreaccount1', tables: 'http://127.0.0.1:10002/devstoreaccount1' },
  ],
])('the URLs of %s', (connectionString, urls) => {
  expect(storageUrls(connectionString)).toEqual(urls);
});

test.each(['AccountKey=secret', 'acme', 'BlobEndpoint=not a URL;TableEndpoint=x'])('%s names no account', (text) => {
  expect(() => storageUrls(text)).toThrow('AzureWebJobsStorage: expected the connection string');
});
