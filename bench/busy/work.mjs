// One process of `npm run bench busy`: counts its iterations in a given time, with a given number of threads.
import { init } from 'wasmgrad';
import { cnnStep, mlpStep, product } from '../support/works.js';

const [threads, milliseconds] = process.argv.slice(2).map(Number);

await init({ threads });
const works = {
  'matmul, n = 384': product(384),
  'step of 784-128-10, batch 512': mlpStep(512),
  'step of a CNN, batch 64': cnnStep(64),
};
const rates = {};
for (const [name, work] of Object.entries(works)) {
  const run = (time) => {
    const begin = performance.now();
    let count = 0;
    let now = begin;
    for (; now - begin < time; now = performance.now(), count++) work();
    return (1000 * count) / (now - begin);
  };
  run(milliseconds / 2); // workers start meanwhile
  await new Promise((resolve) => setTimeout(resolve, 10));
  rates[name] = run(milliseconds);
}
console.log(JSON.stringify(rates));
