// The settings as a program that trains the same network, to the bit.
import type { Settings } from './messages.js';

const OPTIMIZERS: Readonly<Record<Settings['optimizer'], readonly [name: string, more: string]>> = {
  adam: ['adam', ''],
  sgd: ['sgd', ''],
  momentum: ['sgd', ', momentum: 0.9'],
  rmsprop: ['rmsprop', ''],
  adagrad: ['adagrad', ''],
};

/** What a problem's program needs: its data, as x and y, and the ends of its network. */
interface Parts {
  readonly imports: Readonly<Record<string, string>>;
  readonly data: string;
  readonly inputShape: string;
  readonly first: readonly string[];
  readonly last: string;
  readonly loss: string;
}

const digitsData = (site: string): string => `// 12,000 images of MNIST, from the page
async function read(name) {
  const { body } = await fetch('${site}data/' + name + '.bin');
  const unpacked = body.pipeThrough(new DecompressionStream('gzip'));
  return readIdx(await new Response(unpacked).arrayBuffer()).data;
}
const x = Float32Array.from(await read('train-images'), (byte) => byte / 255);
const y = Int32Array.from(await read('train-labels'));
const data = dataset(x, y, { shape: [28, 28, 1] });`;

const XOR_DATA = `const x = [[-3, -3], [-3, 3], [3, -3], [3, 3]];
const data = dataset(x, [[0], [1], [1], [0]]);`;

const SPIRALS_DATA = `// Two spirals around each other, with a little noise
let state = 5;
const noise = Array.from({ length: 480 }, () => {
  state = (state * 48271) % 2147483647;
  return Math.fround(0.12 * ((2 * state) / 2147483647 - 1));
});
const x = Array.from({ length: 240 }, (_, i) => {
  const along = Math.floor(i / 2) / 120;
  const angle = 3 * Math.PI * along + Math.PI * (i % 2);
  const radius = 0.3 + 3.45 * along;
  return [noise[2 * i] + radius * Math.cos(angle), noise[2 * i + 1] + radius * Math.sin(angle)];
});
const data = dataset(x, x.map((_, i) => [i % 2]));`;

function partsOf({ problem, network, activation }: Settings, site: string): Parts {
  if (problem !== 'digits')
    return {
      imports: { data: 'dataset', layers: 'dense', losses: 'binaryCrossEntropy' },
      data: problem === 'xor' ? XOR_DATA : SPIRALS_DATA,
      inputShape: '[2]',
      first: [],
      last: "dense({ units: 1, activation: 'sigmoid' })",
      loss: 'binaryCrossEntropy()',
    };
  const convolutional = network === 'convolutional';
  const convolutions = [
    `conv2d({ filters: 16, kernelSize: 3, activation: '${activation}' })`,
    'maxPool2d({ poolSize: 2 })',
  ];
  return {
    imports: {
      data: 'dataset, readIdx',
      layers: convolutional ? 'conv2d, dense, flatten, maxPool2d' : 'dense, flatten',
      losses: 'crossEntropy',
    },
    data: digitsData(site),
    inputShape: '[28, 28, 1]',
    first: [...(convolutional ? convolutions : []), 'flatten()'],
    last: "dense({ units: 10, activation: 'softmax' })",
    loss: 'crossEntropy()',
  };
}

/** The program. `site` is the address of the folder of the page, which has the images. */
export function snippetOf(settings: Settings, site: string): string {
  const { layers, width, activation, optimizer, learningRate, batchSize, epochs, seed } = settings;
  const { imports, data, inputShape, first, last, loss } = partsOf(settings, site);
  const [rule, more] = OPTIMIZERS[optimizer];
  const initializer = activation === 'relu' ? ", kernelInitializer: 'heNormal'" : '';
  const hidden = `dense({ units: ${width}, activation: '${activation}'${initializer} })`;
  const all = [...first, ...Array.from({ length: layers }, () => hidden), last];
  const names = { ...imports, io: 'makeReceipt', models: 'sequential', optimizers: rule };
  return `import { init } from 'wasmgrad';
${Object.entries(names)
  .map(([entry, what]) => `import { ${what} } from 'wasmgrad/${entry}';`)
  .join('\n')}

await init();
${data}

const model = sequential({ inputShape: ${inputShape}, seed: ${seed} }, [
${all.map((layer) => `  ${layer},`).join('\n')}
]);
const { epochs, receipt } = await model.fit(data, {
  loss: ${loss},
  optimizer: ${rule}({ learningRate: ${learningRate}${more} }),
  batchSize: ${batchSize},
  epochs: ${epochs},
  seed: ${seed},
  receipt: makeReceipt,
});
console.log('loss', epochs.at(-1).loss);
console.log('weights', receipt.weights); // what the page shows
`;
}
