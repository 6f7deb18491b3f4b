// TensorFlow.js below its layers API, which only adds overhead: variables, fused products, `minimize`.
import * as tf from '@tensorflow/tfjs';
import { batchOf, hasOther, initialWeights, withShapes } from './data.mjs';

tf.enableProdMode(); // no checks of shapes and numbers while it runs

export const { version_core: version } = tf;

function initial(layers) {
  return layers.map(({ kind, inputShape, units, filters, kernelSize }, i) => {
    if (kind === 'dense')
      return {
        w: tf.variable(tf.tensor2d(initialWeights(inputShape[0], units, i + 1), [inputShape[0], units])),
        b: tf.variable(tf.zeros([units])),
      };
    if (kind === 'conv2d') {
      const shape = [kernelSize, kernelSize, inputShape[2], filters];
      const inputs = kernelSize ** 2 * inputShape[2];
      return {
        w: tf.variable(tf.tensor4d(initialWeights(inputs, filters, i + 1), shape)),
        b: tf.variable(tf.zeros([filters])),
      };
    }
    return {};
  });
}

function forward(layers, parameters, x, keepLast) {
  return layers.reduce((value, { kind, activation, poolSize }, i) => {
    const { w, b } = parameters[i];
    if (kind === 'maxPool2d') return tf.maxPool(value, poolSize, poolSize, 'valid');
    if (kind === 'flatten') return value.reshape([value.shape[0], -1]);
    const kept = keepLast || i < layers.length - 1 ? activation : 'linear';
    const fused = kept === 'softmax' || kept === 'tanh' ? 'linear' : kept;
    const z =
      kind === 'conv2d'
        ? tf.fused.conv2d({ x: value, filter: w, strides: 1, pad: 'valid', bias: b, activation: fused })
        : tf.fused.matMul({ a: value, b: w, bias: b, activation: fused });
    if (kept === 'softmax') return tf.softmax(z);
    return kept === 'tanh' ? tf.tanh(z) : z;
  }, x);
}

/** `unsupported`: layer kinds that the backend cannot train. */
export function build(workload, unsupported) {
  if (
    hasOther(
      workload,
      ['dense', 'flatten', 'conv2d', 'maxPool2d'].filter((kind) => !unsupported.includes(kind)),
    )
  )
    return undefined;
  const layers = withShapes(workload);
  const parameters = initial(layers);
  const { x: values, y: labels, classes } = batchOf(workload);
  const shape = [workload.batch, ...workload.inputShape];
  if (workload.kind === 'predict')
    return () => {
      const y = tf.tidy(() => forward(layers, parameters, tf.tensor(values, shape), true));
      const answer = y.dataSync();
      y.dispose();
      return answer;
    };
  const { name, learningRate } = workload.optimizer;
  const optimizer = tf.train[name](learningRate);
  const x = tf.tensor(values, shape);
  const y =
    classes === 1
      ? tf.tensor2d(Float32Array.from(labels), [labels.length, 1])
      : tf.oneHot(tf.tensor1d(labels, 'int32'), classes).toFloat();
  const crossEntropy = classes === 1 ? tf.losses.sigmoidCrossEntropy : tf.losses.softmaxCrossEntropy;
  return () => {
    const loss = optimizer.minimize(() => crossEntropy(y, forward(layers, parameters, x, false)), true);
    const [value] = loss.dataSync();
    loss.dispose();
    return value;
  };
}
