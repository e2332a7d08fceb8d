import sharp from 'sharp';
import { normal, type Random } from '../../random.js';

/** Parameters of the simulated camera. */
export interface Camera {
  /** Roll in degrees, clockwise. */
  roll: number;
  /** Perspective: the added distance of the right edge (`turn`) and the lower edge (`tilt`), as shares, such as 0.2. */
  turn: number;
  tilt: number;
  /** Blur in pixels (standard deviation); 0 is sharp. */
  blur: number;
  /** Sensor noise (standard deviation, on a scale of 255). */
  noise: number;
  /** JPEG quality, 1 to 100. */
  quality: number;
}

interface Raster {
  data: Buffer;
  width: number;
  height: number;
}

const CHANNELS = 3;

/** Renders a flat SVG drawing as a JPEG, with the perspective, blur and noise of the camera. */
export async function photograph(svg: string, camera: Camera, random: Random): Promise<Buffer> {
  const { data, info } = await sharp(Buffer.from(svg)).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  const { width, height } = info;
  const seen = project({ data, width, height }, camera);
  const raw = { width, height, channels: CHANNELS } as const;
  const blurred = camera.blur > 0 ? await sharp(seen, { raw }).blur(camera.blur).raw().toBuffer() : seen;
  addNoise(blurred, camera.noise, random);
  return sharp(blurred, { raw }).jpeg({ quality: camera.quality, mozjpeg: true }).toBuffer();
}

/** Projects the drawing: each pixel gets the color of the point at which its ray meets the drawing. */
function project(from: Raster, { roll, turn, tilt }: Camera): Buffer {
  const { width, height } = from;
  const out = Buffer.alloc(width * height * CHANNELS);
  const [cos, sin] = [Math.cos((roll * Math.PI) / 180), Math.sin((roll * Math.PI) / 180)];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [u, v] = [x - width / 2, y - height / 2];
      const depth = 1 + (turn * u) / width + (tilt * v) / height;
      sample(
        from,
        (cos * u + sin * v) / depth + width / 2,
        (cos * v - sin * u) / depth + height / 2,
        out,
        (y * width + x) * CHANNELS,
      );
    }
  }
  return out;
}

/** Writes the bilinear color at (x, y) to `out[at]`; outside the drawing, the color of the nearest edge. */
function sample({ data, width, height }: Raster, x: number, y: number, out: Buffer, at: number): void {
  const left = Math.min(Math.max(x, 0), width - 1.001);
  const top = Math.min(Math.max(y, 0), height - 1.001);
  const [x0, y0] = [Math.floor(left), Math.floor(top)];
  const [fx, fy] = [left - x0, top - y0];
  const [upper, lower] = [(y0 * width + x0) * CHANNELS, ((y0 + 1) * width + x0) * CHANNELS];
  for (let channel = 0; channel < CHANNELS; channel++) {
    const above = mix(data[upper + channel] ?? 0, data[upper + CHANNELS + channel] ?? 0, fx);
    const below = mix(data[lower + channel] ?? 0, data[lower + CHANNELS + channel] ?? 0, fx);
    out[at + channel] = Math.round(mix(above, below, fy));
  }
}

function mix(from: number, to: number, share: number): number {
  return from + (to - from) * share;
}

function addNoise(pixels: Buffer, deviation: number, random: Random): void {
  for (let index = 0; index < pixels.length; index++) {
    const value = (pixels[index] ?? 0) + deviation * normal(random);
    pixels[index] = Math.min(255, Math.max(0, Math.round(value)));
  }
}
