import fs from 'node:fs';
import path from 'node:path';
import { createCore } from '../src/operations/core.js';
import { readConfig } from '../src/platform/config.js';
import { kinds } from '../src/slices.js';

export const config = readConfig(process.env);

const manifest = fs.readFileSync(path.join(__dirname, '../../package.json'), 'utf8');
const { version } = JSON.parse(manifest) as { version: string };

/** What all functions share. */
export const core = createCore({
  settings: config,
  info: {
    title: 'Longhaul',
    version,
    description: 'Slow calls to machine-learning services as long-running operations.',
  },
  kinds,
  upstreams: {
    imageProvider: config.IMAGE_PROVIDER_URL,
    plateReader: config.PLATE_READER_URL,
    bankMapMl: config.BANK_MAP_ML_DRIVER === 'http' ? config.BANK_MAP_ML_URL : config.BANK_MAP_AZUREML_ENDPOINT,
    analyzer: config.ANALYZER_URL,
  },
});
