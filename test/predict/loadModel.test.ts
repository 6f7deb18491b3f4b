import { describe, expect, it } from 'vitest';
import { FormatError, memory, tidy, type Tensor } from '../../src/index.js';
import { saveModel } from '../../src/io/index.js';
import { activation, dense, flatten, gru, timeDistributed, type Layer } from '../../src/layers/index.js';
import { connect, input, model as functional, sequential } from '../../src/models/index.js';
import { loadModel, type LoadOptions } from '../../src/predict/index.js';
import { bitPatterns } from '../support/bits.js';
import { withRuntime } from '../support/live.js';
import { numbers } from '../support/slices.js';
import { typed } from '../support/typed.js';
import { wrong } from '../support/wrong.js';

withRuntime();

const layers = {
  dense,
  flatten,
  activation: (config: { activation: 'tanh' }) => activation(config.activation),
  timeDistributed: ({ layer, ...options }: { layer: Layer }) => timeDistributed(layer, options),
};

function saved(): { bytes: Uint8Array; prediction: number[] } {
  const model = sequential({ inputShape: [3, 2], seed: 4 }, [
    timeDistributed(dense({ units: 4, activation: 'relu' })),
    flatten(),
    activation('tanh'),
    dense({ units: 2, name: 'end' }),
  ]);
  const prediction = tidy(() => bitPatterns(model.predict(numbers(30, 1)).data()));
  const bytes = saveModel(model);
  model.dispose();
  return { bytes, prediction };
}

describe('loadModel of wasmgrad/predict', () => {
  it('gives the model that was saved, from the layers it is given', () => {
    const { bytes, prediction } = saved();
    const model = loadModel(bytes, { layers });
    expect('fit' in model).toBe(false);
    expect(model.weights.map(({ name }) => name)).toContain('end/kernel');
    expect(tidy(() => bitPatterns(model.predict(numbers(30, 1)).data()))).toEqual(prediction);
    expect(saveModel(model)).toEqual(bytes);
    model.dispose();
  });

  it('keeps the names of an input and an output', () => {
    const x = input({ shape: [2] });
    using trained = functional({ inputs: { x }, outputs: { y: connect(dense({ units: 3 }), x) } });
    using loaded = loadModel(saveModel(trained), { layers: { dense } });
    tidy(() => {
      const given = wrong<number[][]>({ x: [[1, 2]] }); // the type of the model does not know the names
      const expected = trained.predict({ x: [[1, 2]] });
      const { y } = wrong<Record<string, Tensor>>(loaded.predict(given));
      expect(y?.toArray()).toEqual(expected.y.toArray());
      expect(() => loaded.predict(wrong<number[][]>({ z: [[1, 2]] }))).toThrow(
        new TypeError("predict: expected an entry for each of input 'x', got one named 'z'"),
      );
    });
    const [output, [first]] = [new Float32Array(3), [new Float32Array([1, 2])]];
    using predictor = loaded.predictor();
    Reflect.apply(predictor, undefined, [{ x: first }, { y: output }]);
    expect(output).toEqual(tidy(() => trained.predict({ x: [[1, 2]] }).y.data()));
  });

  it('refuses what it cannot make, and leaves nothing behind', () => {
    const { bytes } = saved();
    const before = memory();
    expect(() => loadModel(bytes, { layers: { dense, gru } })).toThrow(
      new FormatError(
        "loadModel: expected a known kind of layer, or its factory in option layers, got 'timeDistributed'",
      ),
    );
    expect(() => loadModel(bytes.slice(0, -4), { layers })).toThrow(
      new FormatError('loadModel: expected 152 bytes of elements, got 148'),
    );
    expect(() => loadModel(bytes, wrong<LoadOptions>({ layer: layers }))).toThrow(
      typed(TypeError, /^loadModel: expected options .*, got unknown option 'layer'$/),
    );
    expect(() => loadModel(bytes, wrong<LoadOptions>({ layers: { dense: 5 } }))).toThrow(
      new TypeError('loadModel: expected layers.dense to be a function, got 5'),
    );
    expect(() => loadModel(bytes, wrong<LoadOptions>({}))).toThrow(
      new TypeError('loadModel: expected layers to be functions by the kind of layer they make, got undefined'),
    );
    expect(() => loadModel(wrong('model.safetensors'), { layers })).toThrow(
      new TypeError("loadModel: expected a Uint8Array or an ArrayBuffer, got 'model.safetensors'"),
    );
    expect(memory()).toEqual(before);
  });
});
