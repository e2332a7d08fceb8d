const NAMES: Record<string, string> = { pdf: 'PDF', docx: 'Word', txt: 'Text', json: 'JSON' };

/** The type of a file by its extension, which the app has compared with its content (docs/contracts/files.md). */
export function typeOf(name: string): string {
  const extension = name.split('.').at(-1)?.toLowerCase() ?? '';
  return NAMES[extension] ?? extension;
}
