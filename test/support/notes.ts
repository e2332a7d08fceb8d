import { eventually } from './eventually.js';

/** The notes of a fixture's functions that contain the text, in order (fixture-notes.ts). */
export async function notesAt(url: string, text: string): Promise<string[]> {
  const response = await fetch(`${url}/api/notes?of=${encodeURIComponent(text)}`);
  return (await response.json()) as string[];
}

/** Waits for the first such note. */
export function noted(url: string, text: string): Promise<string> {
  return eventually(async () => (await notesAt(url, text))[0], `the note "${text}"`);
}
