import * as df from 'durable-functions';
import type { QueueState } from '../src/serverless/queue.js';
import { cleanOrchestrator } from '../src/serverless/clean.orchestrator.js';
import { CLEAN, PAGE_ENTITY, QUEUE_ENTITY, REQUEST, TEND } from '../src/serverless/names.js';
import { pageEntity, queueEntity } from '../src/serverless/queue.entity.js';
import { requestOrchestrator } from '../src/serverless/request.orchestrator.js';
import { tendOrchestrator } from '../src/serverless/tend.orchestrator.js';
import { clientOf, notices, serverlessActivities } from './services.js';

df.app.entity<QueueState>(QUEUE_ENTITY, queueEntity);
df.app.entity<string[]>(PAGE_ENTITY, pageEntity);
df.app.orchestration(
  REQUEST,
  requestOrchestrator((instanceId, note) => notices.tell(instanceId, note)),
);
df.app.orchestration(CLEAN, cleanOrchestrator);
df.app.orchestration(TEND, tendOrchestrator);

for (const [name, activity] of Object.entries(serverlessActivities)) {
  df.app.activity(name, {
    extraInputs: [df.input.durableClient()],
    handler: (input: unknown, context) => activity(input, clientOf(context), context),
  });
}
