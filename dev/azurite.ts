/**
 * Azurite as a part of the stack, with its own arguments. Two thirds of its loading time are its telemetry library,
 * which `--disableTelemetry` keeps from being used but not from being loaded; an empty module stands in for it.
 */
import { createRequire, Module } from 'node:module';

const script = require.resolve('azurite/dist/src/azurite.js');
const telemetry = createRequire(script).resolve('applicationinsights');
require.cache[telemetry] = Object.assign(new Module(telemetry), { loaded: true });

void import(script);
