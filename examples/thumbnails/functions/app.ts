import { z } from 'zod';
import { createCore } from '../../../src/operations/core.js';
import { registerActivities, registerOperations, registerRoutes } from '../../../src/operations/register.js';
import { coreSettings, readSettings } from '../../../src/platform/config.js';
import { createThumbnailActivities } from '../src/activities.js';
import { createThumbnail } from '../src/create.orchestrator.js';
import { createImageProvider } from '../src/image-provider.js';
import { createThumbnailRoutes } from '../src/routes.js';

const settings = readSettings(coreSettings.extend({ IMAGE_PROVIDER_URL: z.url() }), process.env);
const info = { title: 'Thumbnails', version: '1.0.0', description: 'Thumbnails of images, by image id.' };
const core = createCore({ settings, info, kinds: [createThumbnail] });

registerOperations(core);
registerRoutes(core, createThumbnailRoutes(core));
registerActivities(core, createThumbnailActivities(createImageProvider(settings.IMAGE_PROVIDER_URL), core.blobs));
