import { type components } from '@longhaul/client';
import { Command } from 'commander';
import { withExamples } from '../../dev/examples.js';
import { formatTable } from '../../dev/table.js';
import { appCommand, onApp, type App, type Flags } from '../app.js';
import { colored } from '../colors.js';

type Service = components['schemas']['Upstream'];

/** `longhaul upstreams`: the services that the app calls (docs/upstreams.md). */
export function upstreamsCommand(): Command {
  const list = appCommand('list', 'Shows the services that the app calls.', [
    'upstreams list',
    'upstreams list --json',
  ]).action((flags: Flags) =>
    onApp(flags, async (app) => {
      const { value } = await app.longhaul.request<{ value: Service[] }>('GET', '/upstreams', { signal: app.signal });
      show(app, value, { value });
    }),
  );
  const pause = appCommand('pause', 'Stops all calls of a service. Operations wait until it is resumed.', [
    'upstreams pause plateReader --reason "A new model is deployed"',
    'upstreams pause analyzer --reason maintenance --json',
  ])
    .argument('<name>', 'name of the service')
    .requiredOption('--reason <text>', 'why, for those who wait: 1 to 200 characters')
    .action((name: string, flags: Flags & { reason: string }) =>
      change(name, 'pause', flags, { reason: flags.reason }),
    );
  const resume = appCommand('resume', 'Ends the pause of a service. Operations go on within 10 s.', [
    'upstreams resume plateReader',
    'upstreams resume analyzer --json',
  ])
    .argument('<name>', 'name of the service')
    .action((name: string, flags: Flags) => change(name, 'resume', flags));
  const group = new Command('upstreams').description('Shows, pauses and resumes the services that the app calls.');
  return withExamples(group, 'upstreams', 'upstreams pause plateReader --reason "A new model is deployed"')
    .addCommand(list, { isDefault: true })
    .addCommand(pause)
    .addCommand(resume);
}

async function change(name: string, action: 'pause' | 'resume', flags: Flags, json?: object): Promise<void> {
  await onApp(flags, async (app) => {
    // Both may be repeated: a second one changes nothing more.
    const options = { signal: app.signal, isRepeatable: true, ...(json && { json }) };
    const service = await app.longhaul.request<Service>(
      'POST',
      `/upstreams/${encodeURIComponent(name)}:${action}`,
      options,
    );
    show(app, [service], service);
  });
}

function show(app: App, services: readonly Service[], json: unknown): void {
  const rows = services.map(({ name, host, state, since, reason, last5Minutes, waitingOperations }) => {
    const { calls, failures, p50Ms, p95Ms } = last5Minutes;
    return [name, host, state, since, calls, failures, p50Ms, p95Ms, waitingOperations, reason];
  });
  const headings = [
    'service',
    'host',
    'state',
    'since',
    'calls in 5 min',
    'failed',
    'p50 ms',
    'p95 ms',
    'waiting',
    'reason',
  ];
  app.result(json, colored(formatTable(headings, rows)));
}
