const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** A text as content or as a quoted attribute of HTML. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** The headers of an HTML page that loads only what its content security policy names. */
export function htmlHeaders(policy: Record<string, string>): Record<string, string> {
  const all = { 'default-src': "'none'", ...policy, 'base-uri': "'none'", 'form-action': "'none'" };
  const directives = Object.entries({ ...all, 'frame-ancestors': "'none'" });
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': directives.map(([name, sources]) => `${name} ${sources}`).join('; '),
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'no-referrer',
  };
}
