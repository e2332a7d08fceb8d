import { app } from '@azure/functions';
import { note } from '../../support/fixture-notes.js';

/** Timers that note their input. */

app.timer('everySecond', {
  schedule: '* * * * * *',
  handler: ({ isPastDue, scheduleStatus }, context) =>
    note(context, `everySecond ${JSON.stringify([isPastDue, scheduleStatus])}`),
});

app.timer('atStart', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: ({ isPastDue, scheduleStatus }, context) =>
    note(context, `atStart ${JSON.stringify([isPastDue, scheduleStatus.last.slice(0, 10)])}`),
});

app.timer('retried', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  retry: { strategy: 'fixedDelay', maxRetryCount: 2, delayInterval: 0 },
  handler: (_timer, context) => {
    const { retryCount, maxRetryCount, exception } = context.retryContext ?? {};
    note(context, `retried ${JSON.stringify([retryCount, maxRetryCount, exception?.message])}`);
    throw new Error(`failure ${retryCount ?? 0}`);
  },
});
