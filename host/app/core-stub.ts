/** The file that `@azure/functions-core` resolves to (see core.ts, C1). It holds nothing of its own. */
const holder = globalThis as Record<symbol, object | undefined>;
const core = holder[Symbol.for('longhaul.azure-functions-core')];
if (core === undefined) throw new Error('@azure/functions-core exists only inside a running Functions host.');

export = core;
