import path from 'node:path';
import { registerRoutes } from '../src/operations/register.js';
import { createConsoleRoutes } from '../src/platform/http/console-routes.js';
import { core } from './composition.js';

registerRoutes(core, createConsoleRoutes(path.join(__dirname, '../console')));
