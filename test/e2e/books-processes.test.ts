import { startStack, type Stack } from '../support/test-stack.js';
import { finish, pull, push, startUpload, upload, type Upload } from '../support/books.js';
import { Client } from '../support/client.js';

/** Books in three processes of the app, which share nothing but storage. */

let stack: Stack;
let app: Client;
beforeAll(async () => {
  stack = await startStack({ processes: 3 });
  app = new Client(stack.url);
});
afterAll(() => stack.stop());

test('of many clients that upload one book at the same moment, one wins, and the others get 409', async () => {
  const folder = { 'a.txt': 'a' };
  const { bookId } = await push(app, 'new', folder);
  const clients = Array.from({ length: 9 }, (_, n) => ({
    clientName: `client ${n}`,
    files: { 'a.txt': `version ${n}` },
  }));
  const starts = await Promise.all(
    clients.map(({ clientName, files }) => startUpload(app, bookId, files, { clientName })),
  );
  const won: { to: Upload; files: Record<string, string> }[] = [];
  for (const [n, start] of starts.entries()) {
    if (start.status === 409) {
      expect(start.body.error).toMatchObject({ code: 'UploadInProgress', status: 409 });
      continue;
    }
    const monitor = await app.finished(start);
    if (monitor.status === 'Succeeded') won.push({ to: monitor.result as Upload, files: clients[n]?.files ?? {} });
    else expect(monitor).toMatchObject({ status: 'Failed', error: { code: 'UploadInProgress', status: 409 } });
  }
  expect(won.length).toBe(1);
  const [{ to, files } = { to: undefined, files: {} }] = won;
  if (!to) return;
  await upload(to, files);
  expect(await finish(app, to)).toMatchObject({ status: 'Succeeded' });
  expect(await pull(app, bookId)).toEqual(files);
});
