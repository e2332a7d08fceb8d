/** The same cases in several processes of the app: an orchestrator cannot tell the difference. */
import '../support/with-processes.js';
import './durable-orchestrations.test.js';
