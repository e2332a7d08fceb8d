import { strToU8, Zip, ZipDeflate, ZipPassThrough, zipSync, type Zippable } from 'fflate';

/** Files of a zip by name; rows become JSON Lines. */
export type Files = Record<string, object[] | string | Uint8Array>;

/** The least that is a zip of bank statements: one line, one customer, one open invoice that it pays. */
export function smallLedger(change: Files = {}): Files {
  return {
    'bankStatementLines.jsonl': [
      {
        externalDocumentNumber: 'L1',
        transactionType: 'CRDT',
        debtorName: 'UAB Žalias Miškas',
        creditorName: '',
        transactionText: 'Apmokėjimas pagal SF-2026-00017',
        statementAmount: 121,
        operationDate: new Date().toISOString().slice(0, 10),
        endToEndId: '',
        accountCurrency: 'EUR',
        bankAccountNumber: 'BANK1',
        creditorIban: '',
        debtorIban: 'LT121000011101001000',
      },
    ],
    'bankStatementEntries.jsonl': [],
    'customerRecognitions.jsonl': [],
    'vendorRecognitions.jsonl': [],
    'bankAccountRecognitions.jsonl': [],
    'customerLedgerEntries.jsonl': [
      {
        documentType: 'Invoice',
        customerNumber: 'C1',
        documentNumber: 'SF-2026-00017',
        dueDate: '2026-11-21',
        documentDate: '2026-11-07',
        externalDocumentNumber: '',
        amount: 121,
        currencyCode: '',
        closedAtDate: '',
        isOpen: true,
        remainingAmount: 121,
        endToEndId: '',
      },
    ],
    'vendorLedgerEntries.jsonl': [],
    'customerBankAccounts.jsonl': [{ customerNumber: 'C1', iban: 'LT121000011101001000' }],
    'vendorBankAccounts.jsonl': [],
    'customers.jsonl': [{ number: 'C1', name: 'UAB Žalias Miškas', applicationMethod: 'Manual' }],
    'vendors.jsonl': [{ number: 'V1', name: 'SIA Rīts', applicationMethod: 'Manual' }],
    'glAccounts.jsonl': [{ number: '6000', searchName: 'BANK FEES' }],
    'bankAccounts.jsonl': [{ number: 'BANK1', searchName: 'MAIN', iban: 'LT601010012345678901', currencyCode: '' }],
    ...change,
  };
}

export function without(files: Files, ...names: string[]): Files {
  return Object.fromEntries(Object.entries(files).filter(([name]) => !names.includes(name)));
}

function bytesOf(content: Files[string]): Uint8Array {
  if (content instanceof Uint8Array) return content;
  return strToU8(typeof content === 'string' ? content : content.map((row) => `${JSON.stringify(row)}\n`).join(''));
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
