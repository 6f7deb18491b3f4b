// MobileNetV2 (Sandler et al. 2018) as PyTorch exports it for prediction: NCHW, batch normalisation folded into the
// convolutions, relu6 as Clip. The weights are random; the time does not depend on them.
import { encodeOnnx, type TestNode, type TestTensor } from '../../test/onnx/import/encode.js';
import { randomValues } from '../support/random.js';

/** Expansion, channels, repeats and first stride of the paper's table 2. */
const BLOCKS = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

export interface MobileNetSize {
  /** Height and width of the images. */
  readonly image: number;
  /** Share of the paper's channels. */
  readonly width: number;
  readonly classes: number;
}

/** Channels: a multiple of 8, at most a tenth below. */
function channels(count: number, width: number): number {
  const rounded = Math.max(8, Math.floor((count * width + 4) / 8) * 8);
  return rounded < 0.9 * count * width ? rounded + 8 : rounded;
}

class Builder {
  readonly nodes: TestNode[] = [];
  readonly initializers: [string, TestTensor][] = [];

  add(op: string, inputs: readonly string[], attributes: TestNode['attributes'] = {}): string {
    const name = `/${op}_${this.nodes.length}`;
    this.nodes.push({ op, name, inputs, outputs: [name], attributes });
    return name;
  }

  constant(shape: readonly number[], scale: number): string {
    const name = `onnx::Weight_${this.initializers.length}`;
    const size = shape.reduce((product, axis) => product * axis, 1);
    const data = Array.from(randomValues(size), (value) => value * scale);
    this.initializers.push([name, { dtype: 'f32', shape, data }]);
    return name;
  }

  conv(x: string, from: number, to: number, kernel: number, stride: number, group = 1): string {
    const weight = this.constant([to, from / group, kernel, kernel], Math.sqrt(6 / ((from / group) * kernel ** 2)));
    const bias = this.constant([to], 0.1);
    const pad = (kernel - 1) / 2;
    return this.add('Conv', [x, weight, bias], {
      dilations: [1, 1],
      group,
      kernel_shape: [kernel, kernel],
      pads: [pad, pad, pad, pad],
      strides: [stride, stride],
    });
  }

  relu6(x: string): string {
    return this.add('Clip', [x, 'zero', 'six']);
  }

  block(x: string, from: number, to: number, expansion: number, stride: number): string {
    const wide = from * expansion;
    const grown = expansion === 1 ? x : this.relu6(this.conv(x, from, wide, 1, 1));
    const y = this.conv(this.relu6(this.conv(grown, wide, wide, 3, stride, wide)), wide, to, 1, 1);
    return stride === 1 && from === to ? this.add('Add', [x, y]) : y;
  }
}

/** The bytes of the file: input `x` [batch, 3, image, image], output `y` [batch, classes]. */
export function mobileNet({ image, width, classes }: MobileNetSize): Uint8Array {
  const b = new Builder();
  let from = channels(32, width);
  let x = b.relu6(b.conv('x', 3, from, 3, 2));
  for (const [expansion, count, repeats, firstStride] of BLOCKS)
    for (let i = 0; i < repeats; i++) {
      const to = channels(count, width);
      x = b.block(x, from, to, expansion, i === 0 ? firstStride : 1);
      from = to;
    }
  const last = 1280;
  const pooled = b.add('GlobalAveragePool', [b.relu6(b.conv(x, from, last, 1, 1))]);
  const flat = b.add('Flatten', [pooled], { axis: 1 });
  const [weight, bias] = [b.constant([classes, last], 0.05), b.constant([classes], 0.1)];
  b.nodes.push({ op: 'Gemm', name: '/Gemm', inputs: [flat, weight, bias], outputs: ['y'], attributes: { transB: 1 } });
  const limit = (value: number): TestTensor => ({ dtype: 'f32', shape: [], data: [value] });
  return encodeOnnx({
    opset: 13,
    nodes: b.nodes,
    inputs: { x: { dtype: 'f32', shape: ['batch', 3, image, image] } },
    outputs: { y: { dtype: 'f32', shape: ['batch', classes] } },
    initializers: [...b.initializers, ['zero', limit(0)], ['six', limit(6)]],
  });
}
