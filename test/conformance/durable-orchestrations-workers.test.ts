import { hostArgs } from '../support/durable-api.js';
import './durable-orchestrations.test.js';

/** The same cases with the activities in worker processes: an orchestrator cannot tell the difference. */
hostArgs.push('--workers', '2');
