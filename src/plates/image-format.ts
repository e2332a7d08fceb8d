/** Supported formats, recognized by their first bytes. */
const FORMATS = [
  { mediaType: 'image/jpeg', starts: isJpeg, isWhole: endsLikeJpeg },
  { mediaType: 'image/png', starts: isPng, isWhole: endsLikePng },
  { mediaType: 'image/webp', starts: isWebp, isWhole: fillsItsRiff },
] as const;

export type ImageProblem = 'not an image' | 'truncated';

/** The problem with an image's bytes, judged by its container; undefined when there is none. */
export function imageProblem(bytes: Buffer): ImageProblem | undefined {
  const format = FORMATS.find(({ starts }) => starts(bytes));
  if (!format) return 'not an image';
  return format.isWhole(bytes) ? undefined : 'truncated';
}

/** The first bytes of an image that its format is recognized by. */
export const HEAD_BYTES = 12;

/** The media type of an image, by its first bytes; undefined for what is not an image. */
export function imageType(head: Buffer): string | undefined {
  return FORMATS.find(({ starts }) => starts(head))?.mediaType;
}

export const IMAGE_TYPES = FORMATS.map(({ mediaType }) => mediaType);

/** ITU-T T.81, B.1.1.3: SOI, then a marker. */
function isJpeg(bytes: Buffer): boolean {
  return bytes.length > 3 && bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** Cameras pad after EOI, so it may be a little before the end. */
const JPEG_PADDING = 4_096;

function endsLikeJpeg(bytes: Buffer): boolean {
  const end = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]));
  return end > 2 && bytes.length - end <= JPEG_PADDING + 2;
}

/** PNG, 5.2: the signature; 11.2.5: IEND is last. */
function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, 8).equals(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]));
}

function endsLikePng(bytes: Buffer): boolean {
  return bytes.subarray(-32).includes('IEND');
}

/** RFC 9649, 2.4: RIFF, the size of what follows, WEBP. */
function isWebp(bytes: Buffer): boolean {
  return bytes.length >= 12 && bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
}

function fillsItsRiff(bytes: Buffer): boolean {
  return bytes.length >= bytes.readUInt32LE(4) + 8;
}
