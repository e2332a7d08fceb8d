import { Zip, ZipDeflate, ZipPassThrough, zipSync, type Zippable } from 'fflate';
import { FILE_KEYS } from '../../services/bank-map-ml/input/columns.js';
import { bytesOf, SMALL, type Files } from './bank-map-zip.js';

/** All files of the small company by name. @param change files to replace */
export function smallLedger(change: Files = {}): Files {
  return { ...Object.fromEntries(FILE_KEYS.map((key) => [`${key}.jsonl`, SMALL[key] ?? []])), ...change };
}

/** The files without those of these names. */
export function without(files: Files, ...names: string[]): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
}

/** A zip with the sizes in the headers, the usual format. */
export function zipOf(files: Files, level: 0 | 6 = 6): Buffer {
  const zippable: Zippable = {};
  for (const [name, content] of Object.entries(files)) zippable[name] = [bytesOf(content), { level }];
  return Buffer.from(zipSync(zippable));
}

/** A zip with the sizes after the files (data descriptors), the format of streaming programs. */
export function streamedZipOf(
  files: Files,
  File: new (name: string) => ZipDeflate | ZipPassThrough = ZipDeflate,
): Buffer {
  const chunks: Uint8Array[] = [];
  const zip = new Zip((error, chunk) => {
    if (error) throw error;
    chunks.push(chunk);
  });
  for (const [name, content] of Object.entries(files)) {
    const file = new File(name);
    zip.add(file);
    file.push(bytesOf(content), true);
  }
  zip.end();
  return Buffer.concat(chunks);
}

/** The same without compression, so that file content can look like a zip signature. */
export const unpackedStreamedZipOf = (files: Files) => streamedZipOf(files, ZipPassThrough);

const LOCAL_HEADER = Buffer.from('PK\x03\x04');
const DIRECTORY_HEADER = Buffer.from('PK\x01\x02');

/** The zip with the encryption flag of its first file set (APPNOTE.TXT, 4.4.4). */
export function markedEncrypted(zip: Buffer): Buffer {
  const marked = Buffer.from(zip);
  for (const [header, flags] of [
    [LOCAL_HEADER, 6],
    [DIRECTORY_HEADER, 8],
  ] as const) {
    const at = marked.indexOf(header) + flags;
    marked.writeUInt16LE(marked.readUInt16LE(at) | 1, at);
  }
  return marked;
}
