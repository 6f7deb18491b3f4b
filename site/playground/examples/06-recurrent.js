// A recurrent network that continues a wave
import { init } from 'wasmgrad';
import { windows } from 'wasmgrad/data';
import { dense, gru } from 'wasmgrad/layers';
import { meanSquaredError } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { adam } from 'wasmgrad/optimizers';
import { plot } from 'wasmgrad/plot';

await init();
const wave = Array.from({ length: 240 }, (_, t) => Math.sin(t / 5) * Math.cos(t / 13));
const model = sequential({ inputShape: [20, 1], seed: 1 }, [gru({ units: 16 }), dense({ units: 1 })]);
const history = await model.fit(windows(wave.slice(0, 200), { length: 20, horizon: 1 }), {
  loss: meanSquaredError(),
  optimizer: adam({ learningRate: 0.01 }),
  epochs: 40,
  worker: true, // the same bits, in a worker of this worker
});
console.log('mean squared error', history.epochs.at(-1).loss.toExponential(2));

const told = wave.slice(0, 200);
for (let t = 200; t < 240; t++) {
  const next = model.predict([told.slice(-20).map((value) => [value])]);
  told.push(next.item());
  next.dispose();
}
const points = (values) => values.map((value, t) => [t, value]);
console.log(
  plot({
    title: 'The network goes on alone after step 200',
    xLabel: 'step',
    yLabel: 'value',
    series: [
      { name: 'wave', points: points(wave).slice(140) },
      { name: 'network', points: points(told).slice(200) },
    ],
  }),
);
