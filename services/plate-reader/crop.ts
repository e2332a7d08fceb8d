import { type Box } from './geometry.js';
import { type Picture } from './image.js';

/** The maximum of sub-samples per pixel and axis, which limits the cost of a very large crop. */
const MAX_SUPERSAMPLING = 8;

/**
 * Crops the box, rotated to the horizontal and resampled to `width` x `height` (bilinear, averaging when it shrinks).
 * Outside the picture the edge is repeated.
 *
 * @param shear moves the top to the right by this share of the height, which makes slanted letters upright
 */
export function cropLevel(picture: Picture, box: Box, width: number, height: number, shear = 0): Picture {
  const data = new Uint8Array(width * height * 3);
  const steps = Math.min(MAX_SUPERSAMPLING, Math.max(1, Math.round(Math.max(box.width / width, box.height / height))));
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const sum = new Float64Array(3);
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      sum.fill(0);
      for (let sub = 0; sub < steps * steps; sub++) {
        const v = ((row + (Math.floor(sub / steps) + 0.5) / steps) / height - 0.5) * box.height;
        const u = ((column + ((sub % steps) + 0.5) / steps) / width - 0.5) * box.width - shear * v;
        addSample(picture, box.cx + u * cos - v * sin - 0.5, box.cy + u * sin + v * cos - 0.5, sum);
      }
      const at = 3 * (row * width + column);
      for (let channel = 0; channel < 3; channel++)
        data[at + channel] = Math.round((sum[channel] ?? 0) / (steps * steps));
    }
  }
  return { data, width, height };
}

function addSample({ data, width, height }: Picture, x: number, y: number, sum: Float64Array): void {
  const px = Math.min(Math.max(x, 0), width - 1);
  const py = Math.min(Math.max(y, 0), height - 1);
  const [x0, y0] = [Math.floor(px), Math.floor(py)];
  const [fx, fy] = [px - x0, py - y0];
  const right = x0 + 1 < width ? 3 : 0;
  const below = y0 + 1 < height ? 3 * width : 0;
  const at = 3 * (y0 * width + x0);
  for (let channel = 0; channel < 3; channel++) {
    const i = at + channel;
    const top = (data[i] ?? 0) * (1 - fx) + (data[i + right] ?? 0) * fx;
    const bottom = (data[i + below] ?? 0) * (1 - fx) + (data[i + below + right] ?? 0) * fx;
    sum[channel] = (sum[channel] ?? 0) + top * (1 - fy) + bottom * fy;
  }
}
