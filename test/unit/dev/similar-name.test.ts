import { similarName } from '../../../dev/similar-name.js';

const KNOWN = [
  'PORT',
  'IMAGES_DIR',
  'IMAGE_PROVIDER_URL',
  'PLATE_READER_TIMEOUT_MS',
  'AzureWebJobsStorage',
  'FILES_USER',
];

test.each([
  ['IMAGE_PROVIDR_URL', 'IMAGE_PROVIDER_URL'],
  ['IMAGES_DRI', 'IMAGES_DIR'],
  ['imageProviderUrl', 'IMAGE_PROVIDER_URL'],
  ['AZUREWEBJOBSSTORAGE', 'AzureWebJobsStorage'],
  ['PLATE_READER_TIMEOUT', 'PLATE_READER_TIMEOUT_MS'],
  ['FILES_USERS', 'FILES_USER'],
  ['PROT', 'PORT'],
])('%s is probably %s', (name, meant) => {
  expect(similarName(name, KNOWN)).toBe(meant);
});

test.each(['PORT', 'PATH', 'HOME', 'SHELL', 'IMAGE', 'AzureWebJobsStorage__queueServiceUri', 'A(b', 'LC_ALL'])(
  '%s is no misspelled setting',
  (name) => {
    expect(similarName(name, KNOWN)).toBeUndefined();
  },
);
