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
const END_OF_DIRECTORY = Buffer.from('PK\x05\x06');

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

/** The zip with so many more entries in its directory, which are in no place of it. */
export function withEmptyEntries(zip: Buffer, count: number): Buffer {
  const end = zip.lastIndexOf(END_OF_DIRECTORY);
  const entries = Array.from({ length: count }, () => {
    const entry = Buffer.alloc(47, 0); // no size, no extra field, no comment
    DIRECTORY_HEADER.copy(entry);
    entry.writeUInt16LE(1, 28); // the length of the name
    entry.write('x', 46);
    return entry;
  });
  const last = Buffer.from(zip.subarray(end));
  for (const at of [8, 10]) last.writeUInt16LE(last.readUInt16LE(at) + count, at);
  last.writeUInt32LE(last.readUInt32LE(12) + count * 47, 12);
  return Buffer.concat([zip.subarray(0, end), ...entries, last]);
}
