import { hostArgs } from './host-args.js';

/** Import before the cases of another file: their hosts run activities in worker processes. */
hostArgs.push('--workers', '2');
