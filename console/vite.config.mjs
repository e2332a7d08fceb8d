import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { defineConfig } from 'vite';

const root = import.meta.dirname;
const outDir = path.join(root, '../dist/console');

/** The rows of docs/errors.md as a module: what a code means, and whether the same call may succeed later. */
const errorCodes = {
  name: 'error-codes',
  resolveId: (id) => (id === 'virtual:error-codes' ? `\0${id}` : undefined),
  load(id) {
    if (id !== '\0virtual:error-codes') return undefined;
    const file = path.join(root, '../docs/errors.md');
    this.addWatchFile(file);
    const rows = fs.readFileSync(file, 'utf8').matchAll(/^\| `(\w+)` \| [^|]+ \| (yes|no)[^|]* \| (.+) \|$/gm);
    const codes = [...rows].map(([, code, again, meaning]) => [code, { again: again === 'yes', meaning }]);
    return `export default ${JSON.stringify(Object.fromEntries(codes))};`;
  },
};

/** Writes a compressed file beside each file that is worth it; the app serves what the browser accepts. */
const compressed = {
  name: 'compressed',
  async closeBundle() {
    const files = await fs.promises.readdir(outDir, { recursive: true, withFileTypes: true });
    const brotli = { params: { [zlib.constants.BROTLI_PARAM_QUALITY]: 9 } };
    for (const entry of files.filter(({ name }) => /\.(js|css|svg)$/.test(name))) {
      const file = path.join(entry.parentPath, entry.name);
      const content = await fs.promises.readFile(file);
      await fs.promises.writeFile(`${file}.gz`, await promisify(zlib.gzip)(content, { level: 9 }));
      await fs.promises.writeFile(`${file}.br`, await promisify(zlib.brotliCompress)(content, brotli));
    }
  },
};

export default defineConfig(({ command }) => ({
  root,
  base: '/console/',
  logLevel: command === 'build' ? 'warn' : 'info',
  plugins: [errorCodes, ...(command === 'build' ? [compressed] : [])],
  // The app replaces it in each answer (src/console).
  html: { cspNonce: command === 'build' ? '__CSP_NONCE__' : undefined },
  build: {
    outDir,
    emptyOutDir: true,
    manifest: true, // a test reads in it what the first page loads
    target: 'es2023',
    assetsInlineLimit: 0, // the policy of the page takes no data: URL but images
    reportCompressedSize: false,
    chunkSizeWarningLimit: 1_000, // kB; a test limits what the first page loads
    rolldownOptions: {
      checks: { moduleLevelDirective: false }, // 'use client' means nothing here
      // One file of all that the first page needs: each further one is a request.
      output: { codeSplitting: { groups: [{ name: 'first', tags: ['$initial'] }] } },
    },
  },
  server: {
    host: '127.0.0.1',
    // `npm run console` shows the sources with the app of `npm start`.
    proxy: { '^/(?!console/)': process.env.LONGHAUL_URL ?? 'http://127.0.0.1:7071' },
  },
}));
