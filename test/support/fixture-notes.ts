/**
 * What functions of a fixture note, for tests that see their host from outside. Notes live in the memory of the host's
 * process and are in its log too. `GET /api/notes?of=TEXT` answers those that hold the text, in their order.
 */
import { app, type InvocationContext } from '@azure/functions';

const notes: string[] = [];

export function note(context: InvocationContext, text: string): void {
  notes.push(text);
  context.log(text);
}

app.http('notes', {
  handler: ({ query }) => ({ jsonBody: notes.filter((text) => text.includes(query.get('of') ?? '')) }),
});
