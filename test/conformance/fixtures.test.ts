import path from 'node:path';
import { connectionStringFor } from '../../dev/plan.js';
import { fixtureFolders, testHere } from '../support/fixtures.js';
import { startHost } from '../support/host-process.js';
import { createTempApp } from '../support/temp-app.js';

/** The suite's apps start in place with their own settings, as another host starts them. */

const nobodysStorage = connectionStringFor([1, 1, 1]);

testHere.each(fixtureFolders.map((folder) => [path.basename(folder), folder]))('%s [own]', async (_name, folder) => {
  const { stateDir } = await createTempApp({});
  const host = await startHost({ app: folder, stateDir, env: { Store: nobodysStorage } });
  const functions = (await (await fetch(`${host.url}/admin/functions`)).json()) as { name: string }[];
  expect(functions.length).toBeGreaterThan(5);
  await host.stop();
});
