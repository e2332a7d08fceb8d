import { bankMapErrors } from './errors.js';

const HEADER = 'RecognitionForId';
const MAX_CHARACTERS = 50;
/** RFC 4648, 4; the padding is optional. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}(?:==)?|[A-Za-z0-9+/]{3}=?)?$/;

/**
 * The company of a zip, from its name in UTF-8 and base64. It has 50 characters at most, and `_` for each that is not
 * one of `A-Z a-z 0-9 -` (docs/contracts/bank-map.md).
 * @throws OperationError 400 `InvalidCompany`
 */
export function companyOf(header: string | undefined): string {
  if (header === undefined || header.trim() === '') throw invalid('it is missing; send the company’s name, in base64');
  if (!BASE64.test(header.trim())) throw invalid('it is not base64; send the company’s name in UTF-8, in base64');
  const name = decoded(header);
  if (name.trim() === '') throw invalid('the name is empty');
  return name.replace(/[^A-Za-z0-9-]/gu, '_').slice(0, MAX_CHARACTERS);
}

function decoded(header: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(header, 'base64'));
  } catch (cause) {
    throw invalid('it does not encode UTF-8 text', cause);
  }
}

function invalid(what: string, cause?: unknown) {
  return bankMapErrors.InvalidCompany(`${HEADER}: ${what}.`, { target: HEADER, cause });
}
