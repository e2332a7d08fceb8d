/** Where the expectation of a conformance test comes from (docs/host.md). */
const ORIGIN = /\[(recorded|documented|own|source: [\w.-]+(, [\w.-]+)*)\]/g;

beforeEach(() => {
  const name = expect.getState().currentTestName ?? '';
  if (name.match(ORIGIN)?.length === 1) return;
  throw new Error(`Say once in the title where the expectation comes from, such as [recorded] (docs/host.md): ${name}`);
});
