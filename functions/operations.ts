import { app } from '@azure/functions';
import * as df from 'durable-functions';
import { applyRetention } from '../src/operations/retention.js';
import { OperationError } from '../src/platform/errors.js';
import { logFailure } from '../src/platform/logging.js';
import { clientOf, operations } from './services.js';

/** Less than the timer's period, so that a run has ended before the next is due. */
const BUDGET_MS = 60_000;

app.timer('operations_retention', {
  schedule: '0 */5 * * * *',
  extraInputs: [df.input.durableClient()],
  handler: async (_timer, context) => {
    const report = await applyRetention(operations, clientOf(context), BUDGET_MS, (id, thrown) => {
      context.warn(`Operation ${id} could not be forgotten.`);
      logFailure(context, OperationError.from(thrown));
    });
    if (report.expired > 0 || report.more) context.info('Retention', report);
  },
});
