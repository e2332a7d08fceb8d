import { createHash } from 'node:crypto';
import { createCore } from '../../../src/operations/core.js';
import { registerActivities, registerOperations, registerRoutes } from '../../../src/operations/register.js';
import { defineStartRoute } from '../../../src/operations/start-route.js';
import { coreSettings, readSettings } from '../../../src/platform/config.js';
import { createCsvActivities } from '../src/activities.js';
import { priceCsv } from '../src/price.orchestrator.js';
import { csvBlob } from '../src/schemas.js';

const settings = readSettings(coreSettings, process.env);
const info = { title: 'CSV', version: '1.0.0', description: 'Totals of the rows of a CSV.' };
const core = createCore({ settings, info, kinds: [priceCsv] });

const startRoute = defineStartRoute({
  operations: core.operations,
  kind: priceCsv,
  path: '/csv/price',
  operationId: 'priceCsv',
  tag: { name: 'CSV', description: 'Tables, row by row.' },
  summary: 'Computes the total of each row of a CSV',
  binary: { types: ['text/csv'], maxBytes: 250_000, description: 'The CSV in UTF-8: sku,quantity,price.' },
  start: ({ binary }) => {
    const bytes = binary?.bytes ?? Buffer.of();
    return {
      input: (id) => ({ blob: csvBlob(id) }),
      identity: createHash('sha256').update(bytes).digest('hex'),
      prepare: (id) => core.blobs.put(csvBlob(id), bytes, 'text/csv'),
    };
  },
});

registerOperations(core);
registerRoutes(core, [startRoute]);
registerActivities(core, createCsvActivities(core.blobs));
