const EMULATOR = {
  blobs: 'http://127.0.0.1:10000/devstoreaccount1',
  tables: 'http://127.0.0.1:10002/devstoreaccount1',
};

/** Where the blobs and the tables of a storage account are. */
export interface StorageUrls {
  blobs: string;
  tables: string;
}

/**
 * The URLs of a storage account's blobs and tables, without secrets. The storage SDKs know them too, but take over a
 * second to load
 * (https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string).
 *
 * @throws Error when the connection string names no account and no such URLs
 */
export function storageUrls(connectionString: string): StorageUrls {
  const values = Object.fromEntries(
    connectionString
      .split(';')
      .map((part) => [part.split('=', 1)[0]?.trim(), part.slice(part.indexOf('=') + 1).trim()]),
  ) as Record<string, string | undefined>;
  if (values.UseDevelopmentStorage === 'true') return EMULATOR;
  const { AccountName: account, EndpointSuffix: suffix = 'core.windows.net' } = values;
  const urlOf = (endpoint: string | undefined, service: string) => {
    const url = endpoint ?? `${values.DefaultEndpointsProtocol ?? 'https'}://${account}.${service}.${suffix}`;
    if ((endpoint ?? account) === undefined || !URL.canParse(url)) {
      throw new Error('AzureWebJobsStorage: expected the connection string of a storage account.');
    }
    return url;
  };
  return { blobs: urlOf(values.BlobEndpoint, 'blob'), tables: urlOf(values.TableEndpoint, 'table') };
}
