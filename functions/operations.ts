import { registerOperations } from '../src/operations/register.js';
import { core } from './composition.js';

registerOperations(core);
