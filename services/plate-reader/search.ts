import { lineEvidence, plateCandidates, type Candidate } from './choose.js';
import { likelyTexts, type Hypothesis } from './ctc.js';
import { detectText, type Look } from './detect.js';
import { type Box } from './geometry.js';
import { type Picture } from './image.js';
import { isSameLine, joinPieces, recuts, surroundings } from './lines.js';
import { type Models } from './models.js';
import { readLine } from './recognise.js';
import { mergeReadings } from './vote.js';

/** Pixels of the first look: PaddleOCR's detector needs 42 ms for them on one core. */
const FIRST_LOOK_PIXELS = 640 * 480;

/** Widths, in heights, between which a line can be a plate; what is shorter can be a piece of one. */
const MIN_ELONGATION = 1.4;
const MAX_ELONGATION = 9;

/** The second look at the whole picture is this much closer: plates of 60 pixels in a 1280-pixel frame need it. */
const CLOSER = 2;

/** A closer look at a line shows it this high: the detector's letters are 20 to 40 pixels in training. */
const LINE_HEIGHT = 36;

/** Lines that get a closer look. */
const LINES_TO_CHECK = 2;

/** Lines of one picture that are read; a page of print has hundreds, and no plate. */
const MAX_LINES = 60;

/** Leaning letters (a plate seen from the side and above) are set upright by one of these, as shares of the height. */
const SHEARS = [0.15, -0.15];

/** Texts of a reading that are considered. */
const TEXTS_PER_READING = 24;

/** Natural logarithms: how sure a line must be a plate, and how far its best text ahead of all others. */
const SURE_EVIDENCE = -0.5;
const SURE_LEAD = 1.6;

/** Below this no line looks like a plate, and the whole picture gets the second look. */
const DOUBTFUL_EVIDENCE = -0.7;

/** A line whose rank is this near to the best may be the plate after all. */
const CLOSE = 3;

/** A line this unlikely to be a plate is not worth a closer look. */
const HOPELESS_EVIDENCE = -8;

/** What the size of a line counts: of two cars' plates the nearer one is meant. */
const SIZE_WEIGHT = 0.5;

/** What speaks for a whole over its pieces, which can look like shorter plates: О101НО 750 without its region. */
const WHOLE_BONUS = 0.5;

/** A line of text: where, what its readings say, and how likely it is a plate (log; `rank` minds its size too). */
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
 * Finds and reads the lines of a picture that may be plates, the likeliest first.
 *
 * S1. The whole picture is looked at once; a picture whose plate is then sure is done.
 * S2. Otherwise the likeliest lines are looked at closely, which finds tighter boxes.
 * S3. If still no line looks like a plate, the whole picture is looked at twice as closely, then S2 again.
 * S4. The likeliest lines that are not sure are cut and read again, and the readings vote.
 */
export async function findPlateLines(models: Models, picture: Picture): Promise<readonly Line[]> {
  const search = new Search(models, picture);
  await search.lookAtAll(1); // S1
  if (!search.isSure()) await search.lookAtLines(); // S2
  if (search.isDoubtful()) {
    await search.lookAtAll(CLOSER); // S3
    await search.lookAtLines();
  }
  if (!search.isSure()) await search.recut(); // S4
  return search.lines;
}

class Search {
  #lines: KnownLine[] = [];
  readonly #joined = new Set<string>();
  readonly #seenClosely = new Set<Box>();

  constructor(
    private readonly models: Models,
    private readonly picture: Picture,
  ) {}

  get lines(): readonly Line[] {
    return this.#lines.filter(({ candidates }) => candidates.length > 0);
  }

  /** Whether the best line is a plate, and its best text far ahead of all other answers. */
  isSure(): boolean {
    const [best, next] = this.#lines;
    const [first, second] = best?.candidates ?? [];
    if (!best || !first || best.evidence < SURE_EVIDENCE) return false;
    const lead = first.score - (second?.score ?? -Infinity);
    return lead > SURE_LEAD && best.rank - (next?.rank ?? -Infinity) > SURE_LEAD;
  }

  isDoubtful(): boolean {
    return (this.#lines[0]?.evidence ?? -Infinity) < DOUBTFUL_EVIDENCE;
  }

  async lookAtAll(times: number): Promise<void> {
    const { width, height } = this.picture;
    const scale = times * Math.sqrt(FIRST_LOOK_PIXELS / (width * height));
    await this.#look({ region: { left: 0, top: 0, width, height }, scale });
  }

  async lookAtLines(): Promise<void> {
    for (const { box, evidence } of this.#lines.slice(0, LINES_TO_CHECK)) {
      if (evidence < HOPELESS_EVIDENCE || this.#seenClosely.has(box)) continue;
      this.#seenClosely.add(box);
      await this.#look({ region: surroundings(box, this.picture), scale: LINE_HEIGHT / box.height });
    }
  }

  async recut(): Promise<void> {
    for (const line of this.#contenders()) await this.#readAgain(line, recuts(line.box), [0]);
    if (this.isSure()) return;
    for (const line of this.#contenders()) await this.#readAgain(line, [line.box], SHEARS);
  }

  /** The best line, and the next if it comes close. */
  #contenders(): KnownLine[] {
    const [best, next] = this.#lines;
    const close = best && next && best.rank - next.rank < CLOSE ? [best, next] : [best];
    return close.filter((line) => line !== undefined).filter(({ evidence }) => evidence >= HOPELESS_EVIDENCE);
  }

  async #readAgain(line: KnownLine, cuts: readonly Box[], shears: readonly number[]): Promise<void> {
    const readings = [...line.readings];
    for (const box of cuts) for (const shear of shears) readings.push(await this.#read(box, shear));
    this.#keep(line.box, readings, line.bonus);
    this.#sort();
  }

  async #look(look: Look): Promise<void> {
    for (const { box } of await detectText(this.models.detector, this.picture, look)) await this.#add(box);
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
    return likelyTexts(await readLine(this.models.recogniser, this.picture, box, shear), TEXTS_PER_READING);
  }

  #keep(box: Box, readings: KnownLine['readings'], bonus: number): void {
    const candidates = plateCandidates(mergeReadings(readings));
    const evidence = lineEvidence(candidates);
    const share = (box.width * box.height) / (this.picture.width * this.picture.height);
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
