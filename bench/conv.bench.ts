// Convolutions of real networks, forward and both gradients, compared with plain JavaScript loops and the arithmetic
// peak.
import { conv2d, tensor } from 'wasmgrad';
import shapes from './shapes/conv.json';
import type { Case, Family, Scale } from './support/family.js';
import { Kernels } from './support/kernels.js';
import { candidate, type Candidate } from './support/measure.js';
import { randomValues } from './support/random.js';

type Shape = (typeof shapes)[number];

const TAPS = 3;

/** What the JavaScript loops add up: to the output, the filter's or the input's gradient. */
type Target = 'y' | 'df' | 'dx';

/** One pass over all taps, the innermost loop over contiguous output channels; every element read and written in place. */
function plainConvolution(target: Target, shape: Shape, x: Float32Array, f: Float32Array, y: Float32Array): void {
  const { batch, size, from, to, pad } = shape;
  const out = size + 2 * pad - TAPS + 1;
  (target === 'y' ? y : target === 'df' ? f : x).fill(0);
  for (let b = 0; b < batch; b++)
    for (let r = 0; r < out; r++)
      for (let s = 0; s < out; s++) {
        const py = ((b * out + r) * out + s) * to;
        for (let i = 0; i < TAPS; i++)
          for (let j = 0; j < TAPS; j++) {
            const [row, column] = [r + i - pad, s + j - pad];
            if (row < 0 || row >= size || column < 0 || column >= size) continue;
            const px = ((b * size + row) * size + column) * from;
            for (let c = 0; c < from; c++) {
              const pf = ((i * TAPS + j) * from + c) * to;
              const value = x[px + c]!;
              if (target === 'y') for (let n = 0; n < to; n++) y[py + n]! += value * f[pf + n]!;
              else if (target === 'df') for (let n = 0; n < to; n++) f[pf + n]! += value * y[py + n]!;
              else {
                let sum = 0;
                for (let n = 0; n < to; n++) sum += y[py + n]! * f[pf + n]!;
                x[px + c] = value + sum;
              }
            }
          }
      }
}

/** The parameter block: assembly/conv/geometry.ts. */
function blockOf({ batch, size, from, to, pad }: Shape): Float32Array {
  const out = size + 2 * pad - TAPS + 1;
  const cells = [batch, size, size, from, out, out, to, TAPS, TAPS, 1, 1, 1, 1, pad, pad, 1];
  return new Float32Array(Int32Array.from(cells).buffer);
}

function convCases(shape: Shape, kernels: Kernels): Case[] {
  const { batch, size, from, to, pad } = shape;
  const out = size + 2 * pad - TAPS + 1;
  const pixels = batch * out * out;
  const [x, f, y] = [randomValues(batch * size * size * from), randomValues(9 * from * to), randomValues(pixels * to)];
  kernels.reset();
  const [px, pf, py, block] = [kernels.place(x), kernels.place(f), kernels.place(y), kernels.place(blockOf(shape))];
  const { wasm } = kernels;
  const plain = (target: Target): Candidate =>
    candidate('JS', () => {
      plainConvolution(target, shape, x, f, y);
    });
  const wasmKernel = (run: () => void): Candidate => candidate('wasm kernel', run);
  const work = 2 * pixels * TAPS * TAPS * from * to;
  const units = wasm.gemmUnits(TAPS * TAPS * from, to);
  const [image, filter] = [tensor(x, [batch, size, size, from]), tensor(f, [TAPS, TAPS, from, to])];
  const padding = pad ? 'same' : 'valid';
  const forward: Case = {
    name: `${shape.name}: forward`,
    work,
    candidates: [
      plain('y'),
      wasmKernel(() => {
        wasm.conv2d(px, pf, 0, py, block, 0, 0, 0, Math.ceil(pixels / 5));
      }),
      candidate('operation', () => {
        conv2d(image, filter, { padding }).dispose();
      }),
    ],
  };
  const filterGradient: Case = {
    name: `${shape.name}: filter gradient`,
    work,
    candidates: [
      plain('df'),
      wasmKernel(() => {
        wasm.conv2dFilterGradient(px, py, pf, block, 0, units);
      }),
    ],
  };
  const inputGradient: Case = {
    name: `${shape.name}: input gradient`,
    work,
    candidates: [
      plain('dx'),
      wasmKernel(() => {
        wasm.conv2dInputGradient(py, pf, px, block, 0, Math.ceil((batch * size * size) / 5));
      }),
    ],
    dispose: () => {
      image.dispose();
      filter.dispose();
    },
  };
  // A first layer needs no gradient with respect to its input, but this case frees what the three share.
  return [forward, filterGradient, inputGradient];
}

function* cases(scale: Scale): Generator<Case> {
  const kernels = new Kernels();
  for (const shape of scale === 'smoke' ? shapes.slice(0, 1) : shapes) {
    yield* convCases(scale === 'smoke' ? { ...shape, batch: 1 } : shape, kernels);
  }
}

export const family: Family = {
  name: 'conv',
  title: 'Convolution, 3 x 3, one thread, strict SIMD',
  unit: 'GFLOP/s',
  ours: 'wasm kernel',
  others: ['JS'],
  shareOfPeak: true,
  cases,
};
