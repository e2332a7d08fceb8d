/** RFC 5987, 3.2.1: `encodeURIComponent` leaves these, which `attr-char` does not have. */
const RESERVED = /['()*]/g;
const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;

/** `Content-Disposition` of a download (RFC 6266): the name as it is, and one of ASCII for old clients. */
export function contentDisposition(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/gu, '_');
  const encoded = encodeURIComponent(name.toWellFormed()).replace(RESERVED, escaped);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
