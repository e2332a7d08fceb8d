import { zipSync } from 'fflate';

/** A part of a multipart body, as it is sent. */
export interface FormPart {
  /** The header Content-Disposition. */
  disposition?: string;
  /** Other headers. */
  headers?: string[];
  content: Buffer | string;
}

export const BOUNDARY = 'form-boundary-7MA4YWxk';

/** A multipart body, byte for byte. */
export function multipart(parts: readonly FormPart[], boundary = BOUNDARY): Buffer {
  const chunks = parts.flatMap(({ disposition, headers = [], content }) => {
    const lines = [...(disposition === undefined ? [] : [`Content-Disposition: ${disposition}`]), ...headers];
    return [`--${boundary}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`, content, '\r\n'];
  });
  return Buffer.concat([...chunks, `--${boundary}--\r\n`].map((chunk) => Buffer.from(chunk as string)));
}

/** The part of a file. */
export function filePart(content: Buffer | string, name = 'script.txt', field = 'upload'): FormPart {
  return { disposition: `form-data; name="${field}"; filename="${name}"`, content };
}

export const formHeaders = (boundary = BOUNDARY) => ({ 'Content-Type': `multipart/form-data; boundary=${boundary}` });

/** The smallest docx that is one by its zip's directory. */
export function docx(text = 'ИНТ. ДОМ'): Buffer {
  const xml = `<w:document><w:body><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:body></w:document>`;
  return Buffer.from(
    zipSync({ '[Content_Types].xml': Buffer.from('<Types/>'), 'word/document.xml': Buffer.from(xml) }),
  );
}
