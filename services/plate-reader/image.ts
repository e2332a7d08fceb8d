import sharp from 'sharp';

/** The largest picture that is decoded, in pixels: a 100 kB PNG can contain gigapixels (a decompression bomb). */
const MAX_PIXELS = 50_000_000;

/** Larger pictures are scaled down to this side length, at which a legible plate is still legible. */
const MAX_SIDE = 2_560;

/** An upright picture: `width * height * 3` RGB bytes in row-major order. */
export interface Picture {
  readonly data: Uint8Array;
  readonly width: number;
  readonly height: number;
}

/** A picture that was decoded; `original` is its size before it was scaled down, in pixels. */
export interface DecodedPicture extends Picture {
  readonly original: { readonly width: number; readonly height: number };
}

/** The bytes cannot be decoded: wrong format, truncated, or above MAX_PIXELS. */
export class InvalidImageError extends Error {
  override readonly name = 'InvalidImageError';
}

/**
 * Decodes JPEG, PNG or WebP bytes. The picture is rotated as EXIF says; transparency becomes white.
 *
 * @throws {InvalidImageError} for any other format and for a truncated file
 */
export async function decodePicture(bytes: Buffer): Promise<DecodedPicture> {
  try {
    const decoder = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
    const { format, autoOrient } = await decoder.metadata();
    if (!['jpeg', 'png', 'webp'].includes(format)) throw new Error(`the format is ${format}`);
    const { data, info } = await decoder
      .autoOrient()
      .resize(MAX_SIDE, MAX_SIDE, { fit: 'inside', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true });
    return { data, width: info.width, height: info.height, original: autoOrient };
  } catch (cause) {
    throw new InvalidImageError('The bytes are not an image that can be decoded.', { cause });
  }
}

/** A region of the picture, resampled to `width` x `height` (area averaging when it shrinks). */
export async function resample(picture: Picture, from: Region, width: number, height: number): Promise<Picture> {
  const data = await sharp(picture.data, { raw: { width: picture.width, height: picture.height, channels: 3 } })
    .extract(from)
    .resize(width, height, { fit: 'fill', kernel: 'linear' })
    .raw()
    .toBuffer();
  return { data, width, height };
}

/** A rectangle of whole pixels inside a picture. */
export interface Region {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}
