import { TableServiceClient } from '@azure/data-tables';
import { BlobServiceClient } from '@azure/storage-blob';

/** The URLs of a storage account's blobs and tables, for messages: without a shared access signature, which is the query. */
export function storageUrls(connectionString: string): { blobs: string; tables: string } {
  const tables = TableServiceClient.fromConnectionString(connectionString, { allowInsecureConnection: true });
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  return { blobs: withoutQuery(blobs.url), tables: withoutQuery(tables.url) };
}

const withoutQuery = (url: string) => url.replace(/\?.*$/, '');
