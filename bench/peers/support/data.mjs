// The same inputs for every peer; torch.py has a copy of the generator.

/** Reproducible values in [-1, 1): Numerical Recipes' generator. */
export function randomValues(length, seed = 1) {
  let state = seed >>> 0;
  return Float32Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state >>> 8) / 2 ** 23 - 1;
  });
}

export const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

/** Whole numbers below `tokens`, one for each step of each sequence, and as targets the next ones. */
export function tokensOf({ batch, inputShape, tokens }) {
  const x = randomValues(batch * sizeOf(inputShape)).map((value) => Math.floor(((value + 1) / 2) * tokens));
  return { x, y: Int32Array.from(x, (_, i) => x[(i + 1) % x.length]) };
}

/** x is flat in NHWC order; y has one class index per row, or the workload's targets. */
export function batchOf({ batch, inputShape, layers, x, y }) {
  const classes = layers.at(-1).units;
  return {
    // About half zeros, like ink on paper.
    x: Float32Array.from(x ?? randomValues(batch * sizeOf(inputShape)).map((value) => Math.max(0, value))),
    y: Int32Array.from(y ?? { length: batch }, (value, i) => value ?? i % classes),
    classes,
  };
}

/** Every layer with its input shape; images are [height, width, channels]. */
export function withShapes({ inputShape, layers }) {
  let shape = inputShape;
  return layers.map((layer) => {
    const before = shape;
    const [height, width, channels] = shape;
    if (layer.kind === 'dense') shape = [layer.units];
    else if (layer.kind === 'flatten') shape = [sizeOf(shape)];
    else if (layer.kind === 'conv2d')
      shape = [height - layer.kernelSize + 1, width - layer.kernelSize + 1, layer.filters];
    else if (layer.kind === 'maxPool2d')
      shape = [Math.floor(height / layer.poolSize), Math.floor(width / layer.poolSize), channels];
    else throw new Error(`unknown layer ${layer.kind}`);
    return { ...layer, inputShape: before, outputShape: shape };
  });
}

/** Whether a workload has layers other than these kinds. */
export const hasOther = ({ layers }, kinds) => layers.some(({ kind }) => !kinds.includes(kind));

/** Weights of one layer, uniform with variance 2/inputs. */
export function initialWeights(inputs, outputs, seed) {
  const scale = Math.sqrt(6 / inputs);
  return randomValues(inputs * outputs, seed).map((value) => value * scale);
}
