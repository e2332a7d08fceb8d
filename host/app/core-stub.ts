/** The module that `@azure/functions-core` resolves to: it exports the core object (core.ts, C1). */
const globals = globalThis as Record<symbol, object | undefined>;
const core = globals[Symbol.for('longhaul.azure-functions-core')];
if (core === undefined) throw new Error('@azure/functions-core is available only in a running Functions host.');

export = core;
