import fs from 'node:fs';
import path from 'node:path';

/** The version of the project. */
export function version(): string {
  const manifest = fs.readFileSync(path.join(__dirname, '../../package.json'), 'utf8');
  return (JSON.parse(manifest) as { version: string }).version;
}
