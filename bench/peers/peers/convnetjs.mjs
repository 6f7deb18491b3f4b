// ConvNetJS: one sample at a time, weights changed after every `batch` of them. It has no Adam in its npm release:
// it uses plain gradient descent with momentum instead, its cheapest trainer, which favours it.
import { createRequire } from 'node:module';
import { batchOf, sizeOf, withShapes } from '../support/data.mjs';

const convnetjs = createRequire(import.meta.url)('convnetjs');

export const label = 'ConvNetJS';
export const { version } = createRequire(import.meta.url)('convnetjs/package.json');

function definitions(workload) {
  const [height, width = 1, channels] = workload.inputShape;
  const input =
    channels === undefined
      ? { type: 'input', out_sx: 1, out_sy: 1, out_depth: height }
      : { type: 'input', out_sx: width, out_sy: height, out_depth: channels };
  const all = withShapes(workload).flatMap((layer, i, layers) => {
    const { kind, units, activation, filters, kernelSize, poolSize } = layer;
    const last = i === layers.length - 1;
    if (kind === 'flatten') return [];
    if (kind === 'maxPool2d') return [{ type: 'pool', sx: poolSize, stride: poolSize }];
    if (kind === 'conv2d') return [{ type: 'conv', sx: kernelSize, filters, stride: 1, pad: 0, activation }];
    if (!last) return [{ type: 'fc', num_neurons: units, activation }];
    // It has no binary cross-entropy; a softmax of two classes replaces it.
    if (workload.kind === 'train') return [{ type: 'softmax', num_classes: Math.max(2, units) }];
    return [
      activation === 'softmax' ? { type: 'softmax', num_classes: units } : { type: 'regression', num_neurons: units },
    ];
  });
  return [input, ...all];
}

export function build(workload) {
  const { x, y } = batchOf(workload);
  const net = new convnetjs.Net();
  net.makeLayers(definitions(workload));
  const [height, width, channels] = workload.inputShape;
  const size = sizeOf(workload.inputShape);
  const samples = Array.from({ length: workload.batch }, (_, i) => {
    const volume =
      channels === undefined ? new convnetjs.Vol(1, 1, size, 0) : new convnetjs.Vol(width, height, channels, 0);
    volume.w.set(x.subarray(i * size, (i + 1) * size));
    return volume;
  });
  if (workload.kind === 'predict') return () => net.forward(samples[0]).w;
  const { learningRate } = workload.optimizer;
  const trainer = new convnetjs.Trainer(net, {
    method: 'sgd',
    learning_rate: workload.optimizer.name === 'adam' ? 10 * learningRate : learningRate,
    momentum: workload.optimizer.name === 'adam' ? 0.9 : 0,
    batch_size: workload.batch,
  });
  return () => {
    let loss = 0;
    for (let i = 0; i < samples.length; i++) loss += trainer.train(samples[i], y[i]).loss;
    return loss / samples.length;
  };
}
