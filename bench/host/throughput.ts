import { type Figure, median } from '../figures.js';
import { BenchEngine, withEngine } from './engine.js';

const PASSES = 3;
const IN_FLIGHT = 64;
const SHAPES = [
  { name: 'one activity', orchestrator: 'chain', input: 1, count: 2_000 },
  { name: 'ten activities in sequence', orchestrator: 'chain', input: 10, count: 300 },
  { name: 'a hundred activities in parallel', orchestrator: 'fan', input: 100, count: 100 },
];

/** Orchestrations per second by shape. The shapes alternate, so that the machine's load affects all of them alike. */
export function measureThroughput(): Promise<Figure[]> {
  return withEngine(async (engine) => {
    await BenchEngine.many(1_000, IN_FLIGHT, () => engine.run('chain', 3)); // warm-up
    const rates = SHAPES.map((): number[] => []);
    for (let pass = 0; pass < PASSES; pass++) {
      for (const [index, { orchestrator, input, count }] of SHAPES.entries()) {
        const began = performance.now();
        await BenchEngine.many(count, IN_FLIGHT, () => engine.run(orchestrator, input));
        rates[index]?.push(count / ((performance.now() - began) / 1_000));
      }
    }
    return SHAPES.flatMap(({ name }, index) => figuresOf(name, rates[index] ?? []));
  });
}

function figuresOf(name: string, rates: readonly number[]): Figure[] {
  const middle = median(rates);
  const spread = (100 * (Math.max(...rates) - Math.min(...rates))) / middle;
  return [
    { name: `orchestrations of ${name}, ${IN_FLIGHT} in flight`, value: middle, unit: '/s' },
    { name: `  spread of ${PASSES} passes`, value: spread, unit: '%' },
  ];
}
