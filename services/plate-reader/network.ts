import { Tensor, type InferenceSession } from 'onnxruntime-node';

/** The output of a network: values and shape. */
interface NetworkOutput {
  readonly data: Float32Array;
  readonly dims: readonly number[];
}

/** Runs a network with one input and one output on a 1 x 3 x `height` x `width` tensor. */
export async function runOnPicture(
  session: InferenceSession,
  planes: Float32Array,
  height: number,
  width: number,
): Promise<NetworkOutput> {
  const [inputName = 'x'] = session.inputNames;
  const [outputName = ''] = session.outputNames;
  const outputs = await session.run({ [inputName]: new Tensor('float32', planes, [1, 3, height, width]) });
  const output = outputs[outputName];
  if (!(output?.data instanceof Float32Array)) throw new Error(`The network has no float32 output ${outputName}.`);
  return { data: output.data, dims: output.dims };
}

/** RGB bytes as planes in PaddleOCR's order (blue first), with `byte * scale[i] - offset[i]` for plane i. */
export function toBgrPlanes(rgb: Uint8Array, scale: readonly number[], offset: readonly number[]): Float32Array {
  const size = rgb.length / 3;
  const planes = new Float32Array(rgb.length);
  for (let plane = 0; plane < 3; plane++) {
    const [factor = 1, offsetOfPlane = 0] = [scale[plane], offset[plane]];
    for (let i = 0; i < size; i++) planes[plane * size + i] = (rgb[3 * i + 2 - plane] ?? 0) * factor - offsetOfPlane;
  }
  return planes;
}
