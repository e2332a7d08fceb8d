import { download } from '../api/connection.js';

/** Gives a file to the user. */
export function save(content: Blob, name: string): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000); // the browser reads it after the click
}

/** The table of an operation's result as a file. @throws Error */
export async function saveTable(operation: string, name: string): Promise<void> {
  const answer = await download(`/status/${operation}/result`, { headers: { Accept: 'text/csv' } });
  if (!answer.ok) throw new Error(`The table was answered ${answer.status}.`);
  save(await answer.blob(), name);
}
