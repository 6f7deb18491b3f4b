// An app that only predicts, with weights that came from elsewhere.
import { init } from 'wasmgrad';
import { dense } from 'wasmgrad/layers';
import { sequential } from 'wasmgrad/predict';

async function main() {
  await init();
  const model = sequential({ inputShape: [2] }, [dense({ units: 2, activation: 'relu' })]);
  model.setWeights({
    'dense_1/kernel': [
      [1, 2],
      [3, 4],
    ],
    'dense_1/bias': [0.5, -100],
  });
  const output = new Float32Array(2);
  model.predictor()(Float32Array.of(1, 10), output);
  model.dispose();
  return { output: [...output] };
}

globalThis.wasmgradResult = main().then(JSON.stringify, String);
globalThis.wasmgradResult.then((result) => console.log(result));
