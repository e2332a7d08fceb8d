/**
 * onnxruntime reports its use to its makers, and keeps files for that outside of the project, unless this is set when
 * its library loads. Import this before it, in the main thread: a worker's environment is a copy that no library sees.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
