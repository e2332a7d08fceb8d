import { findBlobs } from '../../../services/plate-reader/components.js';
import { cropLevel } from '../../../services/plate-reader/crop.js';
import { corners, growBox, minAreaBox, type Box } from '../../../services/plate-reader/geometry.js';
import { isSameLine, joinPieces, surroundings } from '../../../services/plate-reader/lines.js';

const box = (fields: Partial<Box> = {}): Box => ({ cx: 100, cy: 50, width: 80, height: 20, angle: 0, ...fields });

test.each([0, 0.2, -0.5])('the smallest box around a rectangle rotated by %d is that rectangle', (angle) => {
  const found = minAreaBox(corners(box({ angle })));
  expect(found.cx).toBeCloseTo(100);
  expect(found.width).toBeCloseTo(80);
  expect(found.height).toBeCloseTo(20);
  expect(found.angle).toBeCloseTo(angle);
});

test('enlarging one side moves the center along the line', () => {
  const grown = growBox(box({ angle: Math.PI / 6 }), 0, 20, 3);
  expect(grown).toMatchObject({ width: 100, height: 26 });
  expect(grown.cx).toBeCloseTo(100 + 10 * Math.cos(Math.PI / 6));
});

test('two regions of high probability are two components with their mean as score', () => {
  const data = new Float32Array(20 * 10);
  for (let x = 2; x < 8; x++) data[3 * 20 + x] = 0.8;
  for (let x = 12; x < 15; x++) data[6 * 20 + x] = 0.6;
  const blobs = findBlobs({ data, width: 20, height: 10 }, 0.3);
  expect(blobs.map(({ box: { width, height } }) => [width, height])).toEqual([
    [6, 1],
    [3, 1],
  ]);
  expect(blobs.map(({ score }) => score)).toEqual([expect.closeTo(0.8), expect.closeTo(0.6)]);
});

test('a crop contains the box’s part of the picture, also beyond the edge', () => {
  const data = Uint8Array.from({ length: 40 * 40 * 3 }, (_, i) => (Math.floor(i / 3) % 40 < 20 ? 10 : 200));
  const picture = { data, width: 40, height: 40 };
  const crop = cropLevel(picture, { cx: 20, cy: 20, width: 80, height: 10, angle: 0 }, 8, 2);
  expect([...crop.data.filter((_, i) => i % 3 === 0)]).toEqual(
    [10, 10, 10, 10, 200, 200, 200, 200].concat([10, 10, 10, 10, 200, 200, 200, 200]),
  );
});

test('pieces on both sides of an emblem are joined; words in other rows or of other sizes are not', () => {
  const right = box({ cx: 170, width: 40 });
  expect(joinPieces(box(), right)).toMatchObject({ width: 130, height: 20, cy: 50 });
  expect(joinPieces(right, box())).toBeUndefined();
  expect(joinPieces(box(), { ...right, cy: 75 })).toBeUndefined();
  expect(joinPieces(box(), { ...right, height: 40 })).toBeUndefined();
  expect(joinPieces(box(), { ...right, cx: 190 })).toBeUndefined();
});

test('a line that is detected twice is the same line', () => {
  expect(isSameLine(box(), box({ cx: 104, height: 24 }))).toBe(true);
  expect(isSameLine(box(), box({ cy: 72 }))).toBe(false);
  expect(isSameLine(box(), box({ width: 110 }))).toBe(false);
});

test('the surroundings of a line stay within the picture', () => {
  const region = surroundings(box({ cx: 2, cy: 2 }), { data: new Uint8Array(), width: 120, height: 60 });
  expect(region.left).toBe(0);
  expect(region.top).toBe(0);
  expect(region.left + region.width).toBeLessThanOrEqual(120);
  expect(region.top + region.height).toBeLessThanOrEqual(60);
});
