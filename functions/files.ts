import { createAnalysisRoutes } from '../src/files/analysis/routes.js';
import { withLegacyPaths } from '../src/files/legacy-paths.js';
import { createListRoutes } from '../src/files/lists/routes.js';
import { createPageRoutes } from '../src/files/pages/routes.js';
import { createUploadRoutes } from '../src/files/uploads/routes.js';
import { registerRoutes } from '../src/operations/register.js';
import { core } from './composition.js';

registerRoutes(
  core,
  withLegacyPaths([...createUploadRoutes(), ...createAnalysisRoutes(), ...createListRoutes(), ...createPageRoutes()]),
);
