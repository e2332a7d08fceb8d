import { hostArgs } from './host-args.js';

/** Import before the cases of another file: their hosts run the app in two processes. */
hostArgs.push('--processes', '2');
