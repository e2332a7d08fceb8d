import { zipOf } from './zips.js';

const WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';
const RELATIONSHIPS = `<?xml version="1.0" encoding="UTF-8"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/main.xml"/></Relationships>`;

/** A Word document with these paragraphs. */
export function docxOf(paragraphs: readonly string[]): Buffer {
  const body = paragraphs.map((text) => `<w:p><w:r><w:t xml:space="preserve">${escaped(text)}</w:t></w:r></w:p>`);
  return docxOfXml(`<w:document ${WORD}><w:body>${body.join('')}</w:body></w:document>`);
}

/** A Word document whose main part has this XML. */
export function docxOfXml(xml: string | Uint8Array): Buffer {
  return zipOf({ '[Content_Types].xml': '<Types/>', '_rels/.rels': RELATIONSHIPS, 'word/main.xml': xml });
}

const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
