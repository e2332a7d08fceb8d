import { eventually } from './eventually.js';

/** What functions of a fixture have noted that holds the text, in its order (fixture-notes.ts). */
export async function notesAt(url: string, text: string): Promise<string[]> {
  const response = await fetch(`${url}/api/notes?of=${encodeURIComponent(text)}`);
  return (await response.json()) as string[];
}

/** The first such note, once it is there. */
export function noted(url: string, text: string): Promise<string> {
  return eventually(async () => (await notesAt(url, text))[0], `the note "${text}"`);
}
