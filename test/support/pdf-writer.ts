import { deflateSync } from 'node:zlib';

/** Where the first line of a page is, in points. */
const TOP = 800;
const LEADING = 12;

/** Code points of the font, in blocks of 256: Latin, Cyrillic, punctuation. */
const BLOCKS = [0x00, 0x04, 0x20, 0x21];

interface PdfOptions {
  /** The content stream of each page instead of the text. */
  contents?: readonly Buffer[];
  /** Replaces the entries of the page tree. */
  pages?: string;
  /** Further entries of the trailer. */
  trailer?: string;
}

/**
 * A pdf with these lines on its pages. The font is a composite one whose codes are UTF-16 code units; a ToUnicode CMap
 * (ISO 32000-1, 9.10.3) gives the characters, as in the pdf files of word processors.
 */
export function pdfOf(pages: readonly (readonly string[])[], options: PdfOptions = {}): Buffer {
  const contents = options.contents ?? pages.map(contentOf);
  const firstPage = 7;
  const kids = contents.map((_, index) => `${firstPage + 2 * index} 0 R`).join(' ');
  const objects: Buffer[] = [
    Buffer.from('<< /Type /Catalog /Pages 2 0 R >>'),
    Buffer.from(options.pages ?? `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`),
    Buffer.from(
      '<< /Type /Font /Subtype /Type0 /BaseFont /Courier /Encoding /Identity-H /DescendantFonts [4 0 R] /ToUnicode 5 0 R >>',
    ),
    Buffer.from(
      '<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Courier /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 600 /FontDescriptor 6 0 R >>',
    ),
    stream(Buffer.from(toUnicode())),
    Buffer.from(
      '<< /Type /FontDescriptor /FontName /Courier /Flags 4 /FontBBox [0 -200 600 800] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>',
    ),
  ];
  for (const [index, content] of contents.entries()) {
    const resources = '<< /Font << /F1 3 0 R >> >>';
    objects.push(
      Buffer.from(
        `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources ${resources} /Contents ${firstPage + 2 * index + 1} 0 R >>`,
      ),
      stream(content),
    );
  }
  return assembled(objects, options.trailer ?? '');
}

function contentOf(lines: readonly string[]): Buffer {
  const shown = lines.map((line) => `<${hexOf(line)}> Tj T*`).join('\n');
  return Buffer.from(`BT /F1 10 Tf ${LEADING} TL 50 ${TOP} Td\n${shown}\nET`);
}

const hexOf = (line: string) => Buffer.from(line, 'utf16le').swap16().toString('hex');

function toUnicode(): string {
  const ranges = BLOCKS.map((block) => {
    const start = block.toString(16).padStart(2, '0');
    return `<${start}00> <${start}ff> <${start}00>`;
  });
  return `/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
${ranges.length} beginbfrange
${ranges.join('\n')}
endbfrange
endcmap
end
end`;
}

function stream(content: Buffer): Buffer {
  const packed = deflateSync(content);
  return Buffer.concat([
    Buffer.from(`<< /Length ${packed.length} /Filter /FlateDecode >>\nstream\n`),
    packed,
    Buffer.from('\nendstream'),
  ]);
}

/** The file with its cross-reference table (ISO 32000-1, 7.5). */
function assembled(objects: readonly Buffer[], trailer: string): Buffer {
  const parts: Buffer[] = [Buffer.from('%PDF-1.7\n')];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  for (const [index, object] of objects.entries()) {
    offsets.push(length);
    add(Buffer.concat([Buffer.from(`${index + 1} 0 obj\n`), object, Buffer.from('\nendobj\n')]));
  }
  const rows = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const size = objects.length + 1;
  const start = length;
  add(Buffer.from(`xref\n0 ${size}\n0000000000 65535 f \n${rows}`));
  add(Buffer.from(`trailer\n<< /Size ${size} /Root 1 0 R ${trailer} >>\nstartxref\n${start}\n%%EOF\n`));
  return Buffer.concat(parts);
}
