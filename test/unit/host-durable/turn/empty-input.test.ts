import { TurnProbe } from '../../../support/turn-probe.js';

/** A start whose request has no length has an empty input (HttpApiHandler.cs): the orchestrator does not run. */
test.each(['', ' \n'])('the input %j fails the instance', async (input) => {
  const probe = new TurnProbe(function* () {
    yield* [];
    throw new Error('The orchestrator must not run.');
  });
  probe.instance.record.input = input;
  await probe.turn();
  expect(probe.end).toMatchObject({
    kind: 'finished',
    output:
      "Orchestrator function 'probe' failed: One or more errors occurred. (Exception while executing function: Functions.probe)",
  });
});
