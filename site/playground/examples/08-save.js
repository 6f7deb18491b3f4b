// Saving, loading, the same bits
import { init } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { loadModel, saveModel } from 'wasmgrad/io';
import { dense } from 'wasmgrad/layers';
import { meanSquaredError } from 'wasmgrad/losses';
import { sequential } from 'wasmgrad/models';
import { sgd } from 'wasmgrad/optimizers';
import { modelGraph } from 'wasmgrad/plot';

await init();
const data = dataset([[-1], [0], [1]], [[-2], [0], [2]]);
async function trained() {
  const model = sequential({ inputShape: [1], seed: 1 }, [
    dense({ units: 4, activation: 'tanh' }),
    dense({ units: 1 }),
  ]);
  await model.fit(data, { loss: meanSquaredError(), optimizer: sgd({ learningRate: 0.1 }), epochs: 100 });
  return model;
}

const model = await trained();
const file = saveModel(model); // bytes of a safetensors file
console.log(`${file.length} bytes`);
const loaded = loadModel(file);
console.log('loaded: ', loaded.predict([[0.5]]).item());

const again = saveModel(await trained());
console.log(
  'trained again, the same bits:',
  file.length === again.length && file.every((byte, i) => byte === again[i]),
);
console.log(modelGraph(model));
