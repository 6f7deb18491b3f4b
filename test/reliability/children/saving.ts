// Saves models to one path, one after the other, until it is killed: saving.ts PATH
import { init } from '../../../src/runtime/init.js';
import { writeModel } from '../../../src/io/index.js';
import { largerModel } from '../support/models.js';

const [, , path = ''] = process.argv;
await init();
const models = [1, 2, 3].map(largerModel);
for (let i = 0; ; i++) {
  const model = models[i % models.length];
  if (model) await writeModel(model, path);
  if (i === 0) console.log('saving');
}
