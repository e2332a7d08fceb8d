/** The app of the worker benchmark: one activity that does nothing and one that is CPU-bound. */
import { createHash } from 'node:crypto';
import * as df from 'durable-functions';

df.app.orchestration('side', function* (context) {
  const { count, name, input } = context.df.getInput<{ count: number; name: string; input: unknown }>();
  yield context.df.Task.all(Array.from({ length: count }, () => context.df.callActivity(name, input)));
  return count;
});

df.app.activity('nothing', { handler: () => 1 });
df.app.activity('hash', {
  handler: (ms: number) => {
    const until = performance.now() + ms;
    let rounds = 0;
    for (const data = Buffer.alloc(65_536); performance.now() < until; rounds++)
      createHash('sha256').update(data).digest();
    return rounds;
  },
});
