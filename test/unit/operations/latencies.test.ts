import { Latencies } from '../../../src/operations/upstreams/latencies.js';

test('percentiles of joined times are within 5 %', () => {
  const parts = [new Latencies(), new Latencies()];
  for (let ms = 1; ms <= 10_000; ms++) parts[ms % 2]?.add(ms);
  const joined = new Latencies();
  for (const part of parts) joined.join(Latencies.fromText(part.toText()));
  for (const share of [0.5, 0.95]) {
    expect(Math.abs(joined.percentile(share) / (10_000 * share) - 1)).toBeLessThan(0.05);
  }
});

test('there is no time without calls', () => {
  expect(new Latencies().percentile(0.5)).toBe(0);
});
