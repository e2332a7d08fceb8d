import { startStack, type Stack, type StackOptions } from '../dev/stack.js';
import { startFakeServices } from './fakes.js';

/** Runs `work` on a local stack, which is stopped afterwards. */
export async function withStack<T>(options: StackOptions, work: (stack: Stack) => Promise<T>): Promise<T> {
  const stack = await startStack(options);
  try {
    return await work(stack);
  } finally {
    await stack.stop();
  }
}

/** Runs `work` on a local stack whose image provider and plate reader answer immediately. */
export async function withFakeServices<T>(work: (url: string, stack: Stack) => Promise<T>): Promise<T> {
  const services = await startFakeServices();
  try {
    const external = { imageProvider: services.imageProviderUrl, plateReader: services.plateReaderUrl };
    return await withStack({ external }, (stack) => work(stack.url, stack));
  } finally {
    await services.stop();
  }
}
