/**
 * Loaded into Azurite before it starts. Azurite leaves the time of a snapshot out of the text that a user delegation SAS
 * signs; Azure and its SDKs have it there
 * (https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas#specify-the-signature).
 */
import { createHmac } from 'node:crypto';

interface Values {
  version: string;
  snapshot?: string;
}
type Sign = (values: Values, resource: string, account: string, key: Buffer) => [signature: string, text: string];

// eslint-disable-next-line @typescript-eslint/no-require-imports -- a module of Azurite, which has no types
const signatures = require('azurite/dist/src/blob/authentication/IBlobSASSignatureValues.js') as {
  generateBlobSASSignatureWithUDK: Sign;
};
const sign = signatures.generateBlobSASSignatureWithUDK;

signatures.generateBlobSASSignatureWithUDK = (values, resource, account, key) => {
  const [signature, text] = sign(values, resource, account, key);
  if (resource !== 'bs') return [signature, text];
  const lines = text.split('\n');
  lines[lines.indexOf(resource) + 1] = values.snapshot ?? '';
  const corrected = lines.join('\n');
  return [createHmac('sha256', key).update(corrected, 'utf8').digest('base64'), corrected];
};
