// The measurement in every engine: the time of one call, the best of many short runs, on one thread.
import { init } from 'wasmgrad';
import { cnnStep, mlpStep, product } from '../support/works.js';

/** The clocks of pages are coarse, so many calls are timed together. */
const RUN_MILLISECONDS = 60;
const RUNS = 12;

/** Milliseconds of one call. */
function best(call) {
  const time = (times) => {
    const begin = performance.now();
    for (let i = 0; i < times; i++) call();
    return performance.now() - begin;
  };
  let times = 1;
  for (let took = time(1); took < RUN_MILLISECONDS; took = time(times)) times *= 2;
  return Math.min(...Array.from({ length: RUNS }, () => time(times))) / times;
}

async function measure() {
  await init({ threads: 1 });
  return {
    'matmul, n = 256': best(product(256)),
    'matmul, n = 512': best(product(512)),
    'step of 784-128-10, batch 64': best(mlpStep(64)),
    'step of a CNN, batch 64': best(cnnStep(64)),
  };
}

globalThis.measured = measure();
