import { Busboy, type BusboyInstance } from '@fastify/busboy';
import { commonErrors } from '../errors.js';

/** Media types of forms. */
export const FORM_TYPES: readonly string[] = ['application/x-www-form-urlencoded', 'multipart/form-data'];

/** Longest name of a field in a message. */
const MAX_SHOWN = 100;

/**
 * The fields of a form without files; of a repeated field the last one counts.
 * @param contentType with the boundary of a multipart form
 * @throws OperationError 400
 */
export function parseForm(bytes: Buffer, contentType: string): Promise<Record<string, string>> {
  const invalid = (why: string, cause?: unknown) => commonErrors.InvalidRequest(`The form ${why}.`, { cause });
  return new Promise((resolve, reject) => {
    const fields = new Map<string, string>();
    let parser: BusboyInstance;
    try {
      parser = new Busboy({ headers: { 'content-type': contentType }, limits: { fieldSize: bytes.length + 1 } });
    } catch (cause) {
      throw invalid('has no boundary in its Content-Type', cause);
    }
    parser.on('field', (name, value) => fields.set(name, value));
    parser.on('file', (name, stream) => {
      stream.resume();
      reject(invalid(`has a file, ${name.slice(0, MAX_SHOWN)}; send texts only`));
    });
    parser.on('error', (cause) => reject(invalid('cannot be read', cause)));
    parser.on('finish', () => resolve(Object.fromEntries(fields)));
    parser.end(bytes);
  });
}
