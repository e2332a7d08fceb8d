import { minAreaBox, type Box, type Point } from './geometry.js';

/** A connected component of a probability map, in the map's pixels. */
interface Blob {
  readonly box: Box;
  readonly score: number;
}

/** A map of `width * height` probabilities in row-major order. */
interface ProbabilityMap {
  readonly data: Float32Array;
  readonly width: number;
  readonly height: number;
}

/** The connected components (8-neighborhood) of pixels above `threshold`, each with its smallest box and mean score. */
export function findBlobs(map: ProbabilityMap, threshold: number): Blob[] {
  const seen = new Uint8Array(map.data.length);
  const blobs: Blob[] = [];
  for (let start = 0; start < map.data.length; start++) {
    if (seen[start] || (map.data[start] ?? 0) <= threshold) continue;
    const box = minAreaBox(outline(map, flood(map, seen, start, threshold)));
    blobs.push({ box, score: meanInside(map, box) });
  }
  return blobs;
}

function flood(map: ProbabilityMap, seen: Uint8Array, start: number, threshold: number): number[] {
  const members = [start];
  seen[start] = 1;
  for (const member of members) {
    for (const neighbor of neighbors(map, member)) {
      if (seen[neighbor] || (map.data[neighbor] ?? 0) <= threshold) continue;
      seen[neighbor] = 1;
      members.push(neighbor);
    }
  }
  return members;
}

function neighbors({ width, height }: ProbabilityMap, index: number): number[] {
  const [x, y] = [index % width, Math.floor(index / width)];
  const found: number[] = [];
  for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
    for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) found.push(ny * width + nx);
  }
  return found;
}

/** The corners of the outermost pixels of each row; their convex hull is that of the component. */
function outline({ width }: ProbabilityMap, members: readonly number[]): Point[] {
  const rows = new Map<number, { min: number; max: number }>();
  for (const index of members) {
    const [x, y] = [index % width, Math.floor(index / width)];
    const row = rows.get(y);
    if (row) [row.min, row.max] = [Math.min(row.min, x), Math.max(row.max, x)];
    else rows.set(y, { min: x, max: x });
  }
  return [...rows].flatMap(([y, { min, max }]) => [
    { x: min, y },
    { x: max + 1, y },
    { x: min, y: y + 1 },
    { x: max + 1, y: y + 1 },
  ]);
}

function meanInside(map: ProbabilityMap, box: Box): number {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const reach = (box.width + box.height) / 2;
  let [sum, count] = [0, 0];
  for (let y = Math.max(0, Math.floor(box.cy - reach)); y < Math.min(map.height, box.cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(box.cx - reach)); x < Math.min(map.width, box.cx + reach); x++) {
      const [dx, dy] = [x + 0.5 - box.cx, y + 0.5 - box.cy];
      if (Math.abs(dx * cos + dy * sin) > box.width / 2 || Math.abs(dy * cos - dx * sin) > box.height / 2) continue;
      sum += map.data[y * map.width + x] ?? 0;
      count++;
    }
  }
  return count === 0 ? 0 : sum / count;
}
