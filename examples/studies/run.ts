// `npm run study NAME [-- --epochs N] [--images N] [--full]` runs a study of the lecture's MNIST network.
import { parseArgs } from 'node:util';
import { run as batchSize } from './batch-size.js';
import { run as epochs } from './epochs.js';
import { run as gridSearch } from './grid-search.js';
import { run as learningRate } from './learning-rate.js';

const studies: Readonly<Record<string, typeof epochs | typeof gridSearch>> = {
  'learning-rate': learningRate,
  'batch-size': batchSize,
  epochs,
  'grid-search': gridSearch,
};

const USAGE = `npm run study NAME [-- OPTIONS]

  learning-rate   batches of 64, rates 1e-1 to 1e-5
  batch-size      rate 1e-4, batches of 16 to 512
  epochs          rate 1e-4, batches of 64, epoch by epoch
  grid-search     rate x batch size x width, cross-validated

  --epochs N      epochs of every training (default 10; grid search 5)
  --images N      training images (default 12,000; grid search 3,000)
  --full          the lecture's: all 60,000 images, 30 epochs
`;

function wholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new RangeError(`study: expected --${name} to be a whole number > 0, got '${text}'`);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { epochs: { type: 'string' }, images: { type: 'string' }, full: { type: 'boolean' } },
  });
  const [name] = positionals;
  const study = name === undefined ? undefined : studies[name];
  if (!study) {
    if (name !== undefined)
      throw new RangeError(`study: expected one of ${Object.keys(studies).join(', ')}, got '${name}'`);
    console.log(USAGE);
    return;
  }
  const count = wholeNumber('epochs', values.epochs) ?? (values.full ? 30 : undefined);
  const images = wholeNumber('images', values.images) ?? (values.full ? 60_000 : undefined);
  await study({ ...(count !== undefined && { epochs: count }), ...(images !== undefined && { images }) });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
