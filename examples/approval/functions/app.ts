import { z } from 'zod';
import { createCore } from '../../../src/operations/core.js';
import { registerActivities, registerOperations, registerRoutes } from '../../../src/operations/register.js';
import { coreSettings, readSettings } from '../../../src/platform/config.js';
import { createApprovalActivities } from '../src/activities.js';
import { requestApproval } from '../src/request.orchestrator.js';
import { createApprovalRoutes } from '../src/routes.js';

const settings = readSettings(coreSettings.extend({ REMINDER_URL: z.url() }), process.env);
const info = { title: 'Approvals', version: '1.0.0', description: 'Decisions of people, with a reminder.' };
const core = createCore({ settings, info, kinds: [requestApproval] });
registerOperations(core);
registerRoutes(core, createApprovalRoutes(core));
registerActivities(core, createApprovalActivities(settings.REMINDER_URL, core.blobs));
