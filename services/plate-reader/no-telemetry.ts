/**
 * Disables the telemetry of onnxruntime, which sends usage data and writes files outside of the project. Import this
 * before onnxruntime and in the main thread: a native library does not see the environment of a worker thread.
 */
process.env.ORT_DISABLE_TELEMETRY = '1';
