import { boxAtAngle, corners, growBox, type Box } from './geometry.js';
import { type Picture, type Region } from './image.js';

/** The maximum height ratio of two pieces of one line. */
const MAX_HEIGHT_RATIO = 1.6;

/** The widest gap between two pieces, in heights: that of an emblem in the middle of a plate. */
const MAX_GAP = 1;

/** The maximum overlap of two pieces, in heights: the detector's boxes are enlarged. */
const MAX_OVERLAP = 0.6;

/** The longest possible plate, in heights: ten characters with a wide gap. */
const MAX_ELONGATION = 8;

/** The maximum angle between two pieces, and of the line between their centers, radians. */
const MAX_TURN = 0.3;
const MAX_SLOPE = 0.6;

/** Whether two detections are the same line: close centers and similar sizes. A piece differs from the whole line. */
export function isSameLine(a: Box, b: Box): boolean {
  return (
    Math.abs(a.cx - b.cx) < 0.35 * Math.min(a.width, b.width) &&
    Math.abs(a.cy - b.cy) < 0.4 * Math.min(a.height, b.height) &&
    Math.max(a.height, b.height) < 1.8 * Math.min(a.height, b.height) &&
    Math.max(a.width, b.width) < 1.2 * Math.min(a.width, b.width)
  );
}

/** Joins two pieces of one line, `right` after `left` on the same base line; undefined when they do not fit. */
export function joinPieces(left: Box, right: Box): Box | undefined {
  const height = (left.height + right.height) / 2;
  const [dx, dy] = [right.cx - left.cx, right.cy - left.cy];
  const gap = Math.hypot(dx, dy) - (left.width + right.width) / 2;
  const offset = Math.abs(dy * Math.cos(left.angle) - dx * Math.sin(left.angle));
  const fits =
    Math.max(left.height, right.height) <= MAX_HEIGHT_RATIO * Math.min(left.height, right.height) &&
    Math.abs(left.angle - right.angle) <= MAX_TURN &&
    Math.abs(Math.atan2(dy, dx)) <= MAX_SLOPE &&
    gap <= MAX_GAP * height &&
    gap >= -MAX_OVERLAP * height &&
    offset <= 0.45 * height &&
    left.width + right.width + gap <= MAX_ELONGATION * height;
  if (!fits) return undefined;
  const angle = (left.width * left.angle + right.width * right.angle) / (left.width + right.width);
  return boxAtAngle([...corners(left), ...corners(right)], angle);
}

/** The region around a line, for a second detection at a larger scale that finds a tighter box and adjacent pieces. */
export function surroundings(box: Box, picture: Picture): Region {
  const width = 1.4 * box.width + 2 * box.height;
  const height = 4 * box.height + 0.5 * box.width * Math.abs(Math.sin(box.angle));
  const left = within(Math.floor(box.cx - width / 2), 0, picture.width - 1);
  const top = within(Math.floor(box.cy - height / 2), 0, picture.height - 1);
  return {
    left,
    top,
    width: within(Math.ceil(width), 1, picture.width - left),
    height: within(Math.ceil(height), 1, picture.height - top),
  };
}

/** Two other crops of a line: a wider one, for characters that were cut off, and a lower one, without the frame. */
export function alternativeCrops(box: Box): readonly Box[] {
  const { height } = box;
  return [growBox(box, 0.3 * height, 0.3 * height, 0.06 * height), growBox(box, 0, 0, -0.08 * height)];
}

function within(value: number, min: number, max: number): number {
  return Math.min(Math.max(value, min), max);
}
