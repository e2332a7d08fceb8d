import { createCredential, type Credential } from './azure-identity.js';

/** Where storage is: a connection string, or the URLs of an account that an identity may use. */
export type StorageLocation = string | StorageUrls;

interface StorageUrls extends IdentityUrls {
  credential: Credential;
}

interface IdentityUrls {
  blobUrl: string;
  tableUrl: string;
}

/** The settings that name a storage account, as the Functions runtime reads them. */
interface StorageSettings {
  AzureWebJobsStorage?: string | undefined;
  AzureWebJobsStorage__accountName?: string | undefined;
  AzureWebJobsStorage__blobServiceUri?: string | undefined;
  AzureWebJobsStorage__tableServiceUri?: string | undefined;
  AzureWebJobsStorage__clientId?: string | undefined;
  AzureWebJobsStorage__credential?: 'managedidentity' | undefined;
}

/** How a storage account is named; exactly one of these. */
export const STORAGE_FORMS =
  'set one of: AzureWebJobsStorage (a connection string), AzureWebJobsStorage__accountName, or ' +
  'AzureWebJobsStorage__blobServiceUri with AzureWebJobsStorage__tableServiceUri';

/** Whether the settings name a storage account in exactly one way. */
export function namesOneStorage(settings: StorageSettings): boolean {
  const blobUri = settings.AzureWebJobsStorage__blobServiceUri;
  const tableUri = settings.AzureWebJobsStorage__tableServiceUri;
  const forms = [settings.AzureWebJobsStorage, settings.AzureWebJobsStorage__accountName, blobUri ?? tableUri];
  return (
    forms.filter((form) => form !== undefined).length === 1 && (blobUri === undefined) === (tableUri === undefined)
  );
}

/**
 * The storage account of the app: by its connection string, or by an identity-based connection
 * (https://learn.microsoft.com/azure/azure-functions/functions-reference#connecting-to-host-storage-with-an-identity).
 *
 * @throws Error when the settings name none, or more than one
 */
export function storageOf(settings: StorageSettings): StorageLocation {
  if (!namesOneStorage(settings)) throw new Error(`Bad settings (see docs/configuration.md): ${STORAGE_FORMS}.`);
  if (settings.AzureWebJobsStorage !== undefined) return settings.AzureWebJobsStorage;
  return {
    ...identityUrls(settings),
    credential: createCredential(
      settings.AzureWebJobsStorage__clientId,
      settings.AzureWebJobsStorage__credential === 'managedidentity',
    ),
  };
}

/** The URLs of the account that settings other than a connection string name. */
export function identityUrls(settings: StorageSettings): IdentityUrls {
  const urlOf = (service: string) => `https://${settings.AzureWebJobsStorage__accountName}.${service}.core.windows.net`;
  return {
    blobUrl: settings.AzureWebJobsStorage__blobServiceUri ?? urlOf('blob'),
    tableUrl: settings.AzureWebJobsStorage__tableServiceUri ?? urlOf('table'),
  };
}
