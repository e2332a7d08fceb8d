import { lineEvidence, plateCandidates, type Candidate } from './choose.js';
import { likelyTexts, type Hypothesis } from './ctc.js';
import { detectText, type Detection } from './detect.js';
import { type Box } from './geometry.js';
import { type Picture } from './image.js';
import { isSameLine, joinPieces, alternativeCrops, surroundings } from './lines.js';
import { type Models } from './models.js';
import { readLine } from './recognize.js';
import { mergeReadings } from './vote.js';

/** Input size of the first detection: PaddleOCR's detector needs 42 ms for it on one core. */
const FIRST_PASS_PIXELS = 640 * 480;

/** Limits of the width of a plate, in heights; a shorter line can be a piece of one. */
const MIN_ELONGATION = 1.4;
const MAX_ELONGATION = 9;

/** The additional scale of S3: needed for plates of 60 pixels in a 1280-pixel frame. */
const SECOND_PASS_SCALE = 2;

/** The height of a line in S2: the detector was trained with letters of 20 to 40 pixels. */
const LINE_HEIGHT = 36;

/** The number of lines in S2. */
const LINES_TO_CHECK = 2;

/** The maximum of lines read per picture; a printed page has hundreds, and no plate. */
const MAX_LINES = 60;

/** Shears (see cropLevel) for slanted letters, when a plate is photographed from the side and from above. */
const SHEARS = [0.15, -0.15];

/** The number of texts kept per reading. */
const TEXTS_PER_READING = 24;

/** A result is certain above this evidence, and with this lead of the best text over all others (logarithms). */
const CERTAIN_EVIDENCE = -0.5;
const CERTAIN_LEAD = 1.6;

/** Below this evidence no line is likely a plate, and S3 follows. */
const DOUBTFUL_EVIDENCE = -0.7;

/** A line whose rank is within this distance of the best may also be the plate. */
const CONTENDER_DISTANCE = 3;

/** Lines below this evidence are not examined further. */
const MIN_EVIDENCE = -8;

/** The weight of a line's size: of two plates the nearer one is preferred. */
const SIZE_WEIGHT = 0.5;

/** Bonus of a joined line over its pieces, which can be valid plates too: О101НО 750 without its region. */
const WHOLE_BONUS = 0.5;

/** A line of text. `evidence` is the log probability that it is a plate; `rank` also includes its size. */
export interface Line {
  readonly box: Box;
  readonly candidates: readonly Candidate[];
  readonly evidence: number;
  readonly rank: number;
}

interface KnownLine extends Line {
  readonly readings: readonly (readonly Hypothesis[])[];
  readonly bonus: number;
}

/**
 * Finds and reads the lines of a picture that may be plates, most probable first.
 *
 * S1. Text is detected in the whole picture. The search ends when the result is certain.
 * S2. Text is detected again around the most probable lines at a larger scale, which finds tighter boxes.
 * S3. If no line is likely a plate, the whole picture is searched at twice the scale, followed by S2.
 * S4. If the result is not certain, the best lines are read again with other crops, and the readings are merged.
 */
export async function findPlateLines(models: Models, picture: Picture): Promise<readonly Line[]> {
  const search = new Search(models, picture);
  await search.detectInPicture(1); // S1
  if (!search.isCertain()) await search.detectAroundLines(); // S2
  if (search.isDoubtful()) {
    await search.detectInPicture(SECOND_PASS_SCALE); // S3
    await search.detectAroundLines();
  }
  if (!search.isCertain()) await search.readOtherCrops(); // S4
  return search.lines;
}

class Search {
  #lines: KnownLine[] = [];
  readonly #joined = new Set<string>();
  readonly #examined = new Set<Box>();

  readonly #models: Models;
  readonly #picture: Picture;

  constructor(models: Models, picture: Picture) {
    this.#models = models;
    this.#picture = picture;
  }

  get lines(): readonly Line[] {
    return this.#lines.filter(({ candidates }) => candidates.length > 0);
  }

  /** Whether the best line is a plate and its best text has a clear lead over all others. */
  isCertain(): boolean {
    const [best, next] = this.#lines;
    const [first, second] = best?.candidates ?? [];
    if (!best || !first || best.evidence < CERTAIN_EVIDENCE) return false;
    const lead = first.score - (second?.score ?? -Infinity);
    return lead > CERTAIN_LEAD && best.rank - (next?.rank ?? -Infinity) > CERTAIN_LEAD;
  }

  isDoubtful(): boolean {
    return (this.#lines[0]?.evidence ?? -Infinity) < DOUBTFUL_EVIDENCE;
  }

  async detectInPicture(factor: number): Promise<void> {
    const { width, height } = this.#picture;
    const scale = factor * Math.sqrt(FIRST_PASS_PIXELS / (width * height));
    await this.#detect({ region: { left: 0, top: 0, width, height }, scale });
  }

  async detectAroundLines(): Promise<void> {
    for (const { box, evidence } of this.#lines.slice(0, LINES_TO_CHECK)) {
      if (evidence < MIN_EVIDENCE || this.#examined.has(box)) continue;
      this.#examined.add(box);
      await this.#detect({ region: surroundings(box, this.#picture), scale: LINE_HEIGHT / box.height });
    }
  }

  async readOtherCrops(): Promise<void> {
    for (const line of this.#contenders()) await this.#readAgain(line, alternativeCrops(line.box), [0]);
    if (this.isCertain()) return;
    for (const line of this.#contenders()) await this.#readAgain(line, [line.box], SHEARS);
  }

  /** The best line, and the second when it is close to it. */
  #contenders(): KnownLine[] {
    const [best, next] = this.#lines;
    const close = best && next && best.rank - next.rank < CONTENDER_DISTANCE ? [best, next] : [best];
    return close.filter((line) => line !== undefined).filter(({ evidence }) => evidence >= MIN_EVIDENCE);
  }

  async #readAgain(line: KnownLine, crops: readonly Box[], shears: readonly number[]): Promise<void> {
    const readings = [...line.readings];
    for (const box of crops) for (const shear of shears) readings.push(await this.#read(box, shear));
    this.#keep(line.box, readings, line.bonus);
    this.#sort();
  }

  async #detect(detection: Detection): Promise<void> {
    for (const { box } of await detectText(this.#models.detector, this.#picture, detection)) await this.#add(box);
    await this.#join();
    this.#sort();
  }

  async #join(): Promise<void> {
    const boxes = this.#lines.map(({ box }) => box);
    for (const [left, right] of boxes.flatMap((a) => boxes.map((b): [Box, Box] => [a, b]))) {
      const box = left === right ? undefined : joinPieces(left, right);
      const key = JSON.stringify(box);
      if (!box || this.#joined.has(key)) continue;
      this.#joined.add(key);
      await this.#add(box, WHOLE_BONUS);
    }
  }

  async #add(box: Box, bonus = 0): Promise<void> {
    const known = this.#lines.find((line) => isSameLine(line.box, box));
    if (!known && this.#lines.length >= MAX_LINES) return;
    const reading = canBePlate(box) ? [await this.#read(box)] : [];
    const readings = [...(known?.readings ?? []), ...reading];
    this.#keep(known?.box ?? box, readings, known?.bonus ?? bonus);
  }

  async #read(box: Box, shear = 0): Promise<Hypothesis[]> {
    return likelyTexts(await readLine(this.#models.recognizer, this.#picture, box, shear), TEXTS_PER_READING);
  }

  #keep(box: Box, readings: KnownLine['readings'], bonus: number): void {
    const candidates = plateCandidates(mergeReadings(readings));
    const evidence = lineEvidence(candidates);
    const share = (box.width * box.height) / (this.#picture.width * this.#picture.height);
    const rank = evidence + bonus + SIZE_WEIGHT * Math.log(share);
    const line = { box, readings, bonus, candidates, evidence, rank };
    this.#lines = [...this.#lines.filter((other) => other.box !== box), line];
  }

  #sort(): void {
    this.#lines.sort((a, b) => b.rank - a.rank);
  }
}

function canBePlate({ width, height }: Box): boolean {
  return width >= MIN_ELONGATION * height && width <= MAX_ELONGATION * height;
}
