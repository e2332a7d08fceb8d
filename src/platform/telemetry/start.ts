import * as functions from '@azure/functions';
import { type CoreSettings } from '../config.js';
import { telemetry, useTelemetry } from './index.js';
import type * as Sdk from './sdk.js';

type TelemetrySettings = Pick<CoreSettings, 'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_METRIC_EXPORT_INTERVAL'>;

/** Begins to export, if the setting names where to. Only then the libraries are loaded. A second call changes nothing. */
export function startTelemetry(settings: TelemetrySettings, version: string): void {
  if (settings.OTEL_EXPORTER_OTLP_ENDPOINT === undefined || telemetry().isOn) return;
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- spans of the first requests cannot wait for import()
  const { createTelemetry } = require('./sdk.js') as typeof Sdk;
  useTelemetry(createTelemetry({ exportIntervalMs: settings.OTEL_METRIC_EXPORT_INTERVAL, version, functions }));
}
