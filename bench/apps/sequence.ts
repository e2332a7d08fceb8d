/** The app of the sequence benchmark: three activities in sequence. Its folder is bench/apps/sequence. */
import * as df from 'durable-functions';

df.app.orchestration('threeSteps', function* (context) {
  let value = 0;
  for (let step = 0; step < 3; step++) value = (yield context.df.callActivity('addOne', value)) as number;
  return value;
});

df.app.activity('addOne', { handler: (value: number) => value + 1 });
