import * as df from 'durable-functions';
import { type OrchestrationContext, type Task } from 'durable-functions';

/** Registers an orchestrator whose generator need not yield what the library's type of it says. */
export function orchestrator(name: string, run: (context: OrchestrationContext) => Generator<Task>): void {
  df.app.orchestration(name, function* (context) {
    return (yield* run(context)) as unknown;
  });
}
