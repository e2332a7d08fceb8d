import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from '../../dev/plan.js';
import { startTestHost, type TestHost } from '../../host/testing/index.js';
import { startStorage } from './storage.js';

/** An app of examples/ on the clock that skips, with storage of its own. */
export interface ExampleApp {
  host: TestHost;
  /** Starts an operation by a POST. @returns its id, when it waits or has ended */
  start(route: string, body: string, contentType?: string): Promise<string>;
  monitor(id: string): Promise<Record<string, unknown>>;
}

/** Compiles and starts an example; it is stopped at the end of the test file. */
export async function startExampleApp(name: string, settings: Record<string, string> = {}): Promise<ExampleApp> {
  const appDir = path.join(ROOT, 'examples', name);
  await promisify(execFile)(process.execPath, [require.resolve('typescript/bin/tsc'), '-p', appDir]);
  const { connectionString } = await startStorage();
  const host = await startTestHost({ appDir, settings: { AzureWebJobsStorage: connectionString, ...settings } });
  hosts.push(host);
  return {
    host,
    async start(route, body, contentType = 'application/json') {
      const answer = await host.fetch(route, { method: 'POST', body, headers: { 'Content-Type': contentType } });
      const { id } = (await answer.json()) as { id: string };
      await host.settled();
      return id;
    },
    monitor: async (id) => (await (await host.fetch(`/status/${id}`)).json()) as Record<string, unknown>,
  };
}

const hosts: TestHost[] = [];

afterAll(async () => {
  for (const host of hosts.splice(0)) await host.stop();
});
