/** The same cases with the activities in worker processes: an orchestrator cannot tell the difference. */
import '../support/with-workers.js';
import './durable-orchestrations.test.js';
