/** A point in pixels; y grows downwards. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A rectangle at any angle. `angle` (radians, within ±45°) is that of the side measured by `width`. */
export interface Box {
  readonly cx: number;
  readonly cy: number;
  readonly width: number;
  readonly height: number;
  readonly angle: number;
}

/** The convex hull, counter-clockwise (Andrew's monotone chain). */
function convexHull(points: readonly Point[]): Point[] {
  const sorted = [...points].sort((a, b) => a.x - b.x || a.y - b.y);
  if (sorted.length < 3) return sorted;
  const lower = halfHull(sorted);
  const upper = halfHull(sorted.reverse());
  return [...lower.slice(0, -1), ...upper.slice(0, -1)];
}

function halfHull(sorted: readonly Point[]): Point[] {
  const hull: Point[] = [];
  for (const point of sorted) {
    while (!turnsLeft(hull.at(-2), hull.at(-1), point)) hull.pop();
    hull.push(point);
  }
  return hull;
}

function turnsLeft(o: Point | undefined, a: Point | undefined, b: Point): boolean {
  return !o || !a || (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x) > 0;
}

/** The rectangle of minimum area around the points. One side is always on the convex hull, so each edge is tried. */
export function minAreaBox(points: readonly Point[]): Box {
  const hull = convexHull(points);
  let best: Box | undefined;
  hull.forEach((a, i) => {
    const b = hull[(i + 1) % hull.length] ?? a;
    const box = boxAtAngle(hull, Math.atan2(b.y - a.y, b.x - a.x));
    if (!best || box.width * box.height < best.width * best.height) best = box;
  });
  return best ?? boxAtAngle(points, 0);
}

/** The rectangle around the points with a side at `angle`, rotated so that the angle is within ±45°. */
export function boxAtAngle(points: readonly Point[], angle: number): Box {
  const upright = angle - Math.round(angle / (Math.PI / 2)) * (Math.PI / 2);
  const [cos, sin] = [Math.cos(upright), Math.sin(upright)];
  const along = extent(points.map((p) => p.x * cos + p.y * sin));
  const across = extent(points.map((p) => p.y * cos - p.x * sin));
  return {
    cx: along.middle * cos - across.middle * sin,
    cy: along.middle * sin + across.middle * cos,
    width: along.length,
    height: across.length,
    angle: upright,
  };
}

function extent(values: readonly number[]): { middle: number; length: number } {
  const [min, max] = [Math.min(...values), Math.max(...values)];
  return { middle: (min + max) / 2, length: max - min };
}

/** Enlarges the box by `left` and `right` along its width and by `across` on its long sides; negative values shrink it. */
export function growBox(box: Box, left: number, right: number, across: number): Box {
  const shift = (right - left) / 2;
  return {
    ...box,
    cx: box.cx + shift * Math.cos(box.angle),
    cy: box.cy + shift * Math.sin(box.angle),
    width: Math.max(1, box.width + left + right),
    height: Math.max(1, box.height + 2 * across),
  };
}

/** The four corners: top left, top right, bottom right, bottom left. */
export function corners(box: Box): [Point, Point, Point, Point] {
  const [cos, sin] = [Math.cos(box.angle), Math.sin(box.angle)];
  const at = (u: number, v: number): Point => ({
    x: box.cx + (u * box.width * cos - v * box.height * sin) / 2,
    y: box.cy + (u * box.width * sin + v * box.height * cos) / 2,
  });
  return [at(-1, -1), at(1, -1), at(1, 1), at(-1, 1)];
}
