/**
 * Notes of a fixture's functions, for tests that use their host over HTTP only. Notes are kept in the memory of the
 * host's process and also logged. `GET /api/notes?of=TEXT` returns those that contain the text, in order.
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
