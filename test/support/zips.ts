import { Zip, ZipDeflate, ZipPassThrough, zipSync, type Zippable } from 'fflate';
import { FILE_KEYS } from '../../services/bank-map-ml/input/columns.js';
import { bytesOf, SMALL, type Files } from './bank-map-zip.js';

/** Every file of the small company, by name; rows can be changed one by one. */
export function smallLedger(change: Files = {}): Files {
  return { ...Object.fromEntries(FILE_KEYS.map((key) => [`${key}.jsonl`, SMALL[key] ?? []])), ...change };
}

export function without(files: Files, ...names: string[]): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
}

/** A zip whose headers name every size, as most programs write it. */
export function zipOf(files: Files, level: 0 | 6 = 6): Buffer {
  const zippable: Zippable = {};
  for (const [name, content] of Object.entries(files)) zippable[name] = [bytesOf(content), { level }];
  return Buffer.from(zipSync(zippable));
}

/** A zip whose sizes stand behind the files, as programs write it that stream. */
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

/** The same without compression: bytes of a file may then look like the marks between files. */
export const unpackedStreamedZipOf = (files: Files) => streamedZipOf(files, ZipPassThrough);

const LOCAL_HEADER = Buffer.from('PK\x03\x04');
const DIRECTORY_HEADER = Buffer.from('PK\x01\x02');

/** The zip as a program would write it that encrypts: the flag of its first file is set (APPNOTE.TXT, 4.4.4). */
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
