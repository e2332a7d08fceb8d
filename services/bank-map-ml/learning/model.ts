/** A line to learn from: the features of its candidates, and which of them is right. */
export interface Example {
  candidates: readonly Float64Array[];
  /** −1 when no candidate is right: such a line is not learned from. */
  right: number;
}

const STEPS = 120;
const RATE = 0.1;
/** How strongly weights stay at the given ones. */
const REGULARIZATION = 0.002;
const MOMENTUM = 0.9;
const SQUARES = 0.999;
const TINY = 1e-8;

/**
 * Learns weights such that the right candidate of a line has the highest weighted sum: a conditional logit model, by
 * gradient descent (Adam). The same examples give the same weights.
 */
export function learnWeights(examples: readonly Example[], initial: readonly number[]): number[] {
  const weights = Float64Array.from(initial);
  const training = new Training(
    examples.filter(({ right, candidates }) => right >= 0 && candidates.length > 1),
    weights.length,
  );
  if (training.isEmpty) return [...initial];
  const [mean, square] = [new Float64Array(weights.length), new Float64Array(weights.length)];
  for (let step = 1; step <= STEPS; step++) {
    const gradient = training.gradientAt(weights);
    for (let f = 0; f < weights.length; f++) {
      const slope = (gradient[f] ?? 0) + REGULARIZATION * ((weights[f] ?? 0) - (initial[f] ?? 0));
      mean[f] = MOMENTUM * (mean[f] ?? 0) + (1 - MOMENTUM) * slope;
      square[f] = SQUARES * (square[f] ?? 0) + (1 - SQUARES) * slope * slope;
      const direction = (mean[f] ?? 0) / (1 - MOMENTUM ** step);
      const size = Math.sqrt((square[f] ?? 0) / (1 - SQUARES ** step)) + TINY;
      weights[f] = (weights[f] ?? 0) - (RATE * direction) / size;
    }
  }
  return [...weights];
}

/** The examples in one array, for speed. */
class Training {
  readonly #width: number;
  readonly #features: Float64Array;
  /** The first candidate of each example, and the number of candidates at the end. */
  readonly #starts: number[] = [0];
  /** The index of the right candidate of each example. */
  readonly #right: number[] = [];
  readonly #sums: Float64Array;

  constructor(examples: readonly Example[], width: number) {
    this.#width = width;
    const count = examples.reduce((sum, { candidates }) => sum + candidates.length, 0);
    this.#features = new Float64Array(count * width);
    this.#sums = new Float64Array(count);
    let next = 0;
    for (const { candidates, right } of examples) {
      this.#right.push(next + right);
      for (const features of candidates) this.#features.set(features, next++ * width);
      this.#starts.push(next);
    }
  }

  get isEmpty(): boolean {
    return this.#right.length === 0;
  }

  /** The gradient of the mean negative log-likelihood. */
  gradientAt(weights: Float64Array): Float64Array {
    const gradient = new Float64Array(this.#width);
    for (let c = 0; c < this.#sums.length; c++) this.#sums[c] = this.#sumOf(c, weights);
    for (const [example, right] of this.#right.entries()) this.#addExample(example, right, gradient);
    return gradient;
  }

  #sumOf(candidate: number, weights: Float64Array): number {
    const start = candidate * this.#width;
    let sum = 0;
    for (let f = 0; f < this.#width; f++) sum += (this.#features[start + f] ?? 0) * (weights[f] ?? 0);
    return sum;
  }

  #addExample(example: number, right: number, gradient: Float64Array): void {
    const [start, end] = [this.#starts[example] ?? 0, this.#starts[example + 1] ?? 0];
    const sums = this.#sums;
    let most = -Infinity;
    for (let c = start; c < end; c++) most = Math.max(most, sums[c] ?? 0);
    let total = 0;
    for (let c = start; c < end; c++) total += Math.exp((sums[c] ?? 0) - most);
    for (let c = start; c < end; c++) {
      const share = Math.exp((sums[c] ?? 0) - most) / total;
      const excess = (share - (c === right ? 1 : 0)) / this.#right.length;
      if (Math.abs(excess) < TINY / this.#right.length) continue;
      const at = c * this.#width;
      for (let f = 0; f < this.#width; f++) gradient[f] = (gradient[f] ?? 0) + excess * (this.#features[at + f] ?? 0);
    }
  }
}

/** Scores are kept within this, as a single candidate would have an infinite one. */
const MAX_SCORE = 50;

/**
 * The candidates in the order of their weighted sums, highest first, and the score of the first one: the logarithm of its
 * odds against all others.
 */
export function chosen(candidates: readonly Float64Array[], weights: readonly number[]) {
  const sums = candidates.map((features) => features.reduce((sum, value, f) => sum + value * (weights[f] ?? 0), 0));
  const order = sums.map((_, index) => index).sort((a, b) => (sums[b] ?? 0) - (sums[a] ?? 0));
  const first = sums[order[0] ?? 0] ?? 0;
  const others = order.slice(1).reduce((all, index) => all + Math.exp((sums[index] ?? 0) - first), 0);
  return { order, score: Math.max(-MAX_SCORE, Math.min(MAX_SCORE, -Math.log(others))) };
}
