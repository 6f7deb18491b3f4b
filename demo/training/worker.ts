// The training worker: one problem, one network, one training. The page starts a new one for the next.
import { init } from 'wasmgrad';
import { loadModel, saveModel } from 'wasmgrad/io';
import type { Model } from 'wasmgrad/models';
import { digits } from './digits.js';
import { train, type Report, type Wishes } from './loop.js';
import { SIDE, type Problem, type Request, type Settings } from './messages.js';
import { plane } from './plane.js';
import type { Task, Viewer } from './task.js';
import { filtersOf, hashOf } from './weights.js';

const wishes: Wishes = {
  learningRate: 0,
  watchable: true,
  paused: false,
  stopped: false,
  changed: () => undefined,
};
let task: Promise<Task> | undefined;
let live: { readonly model: Model; readonly viewer: Viewer } | undefined;
/** Whether the learning rate was changed while the network trained. */
let tampered = false;

const report: Report = (reply) => {
  const { x, y } = reply.kind === 'loaded' ? reply : {};
  // The task keeps what it trains on; the page gets a copy.
  self.postMessage(x && y ? { ...reply, x: x.slice(), y: y.slice() } : reply);
};

const taskOf = (problem: Problem): Promise<Task> =>
  (task ??= problem === 'digits' ? digits() : Promise.resolve(plane(problem)));

async function start(settings: Settings): Promise<void> {
  const loaded = await taskOf(settings.problem);
  const { threads, reason } = await init({ threads: settings.threads });
  const model = loaded.build(settings);
  const viewer = loaded.view(model);
  live = { model, viewer };
  const stepsPerEpoch = Math.ceil(loaded.rows.y.length / settings.batchSize);
  report({ kind: 'started', parameters: model.parameterCount, threads, reason, stepsPerEpoch });
  const trained = await train(loaded, model, viewer, settings, wishes, report);
  report({ kind: 'stopped', ...trained, weights: hashOf(model), reproducible: !tampered });
}

async function open(problem: Problem, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const loaded = await taskOf(problem);
  await init({ threads: 1 });
  const model = loadModel(bytes);
  const [input, output] = loaded.shapes;
  const found = `${JSON.stringify(model.inputShape)} to ${JSON.stringify(model.outputShape)}`;
  const wanted = `${JSON.stringify(input)} to ${JSON.stringify(output)}`;
  if (found !== wanted) {
    model.dispose();
    throw new RangeError(`This model maps ${found}; here it is ${wanted}.`);
  }
  live?.viewer.dispose();
  live?.model.dispose();
  const viewer = loaded.view(model);
  live = { model, viewer };
  const { accuracy } = viewer.evaluate();
  report({ kind: 'opened', parameters: model.parameterCount, accuracy, weights: hashOf(model) });
  const shown = viewer.show();
  if (shown) report(shown);
}

async function images(indices: readonly number[]): Promise<void> {
  const rows = (await task)?.held;
  if (!rows) return;
  const size = SIDE * SIDE;
  const x = new Float32Array(indices.length * size);
  indices.forEach((index, i) => x.set(rows.x.subarray(index * size, (index + 1) * size), i * size));
  report({ kind: 'images', indices, x });
}

/** Wishes for a training that is going on. */
function wish(request: Request): void {
  if (request.kind === 'pause' || request.kind === 'resume') wishes.paused = request.kind === 'pause';
  else if (request.kind === 'stop') wishes.stopped = true;
  else if (request.kind === 'pace') wishes.watchable = request.watchable;
  else if (request.kind === 'learningRate') {
    tampered ||= live !== undefined && request.value !== wishes.learningRate;
    wishes.learningRate = request.value;
  }
  wishes.changed();
}

/** Questions about the network as it is. */
function answer(request: Request): void {
  if (!live) return;
  const { model, viewer } = live;
  if (request.kind === 'save') report({ kind: 'saved', bytes: saveModel(model) });
  else if (request.kind === 'predict') {
    const probabilities = viewer.predict(request.image);
    if (probabilities) report({ kind: 'prediction', probabilities });
  } else {
    const found = request.kind === 'judge' ? viewer.judge() : request.kind === 'filters' ? filtersOf(model) : undefined;
    if (found) report(found);
  }
}

async function handle(request: Request): Promise<void> {
  switch (request.kind) {
    case 'load':
      report((await taskOf(request.problem)).loaded);
      break;
    case 'start':
      wishes.learningRate = request.settings.learningRate;
      await start(request.settings);
      break;
    case 'open':
      await open(request.problem, request.bytes).catch((error: unknown) =>
        report({ kind: 'refused', message: error instanceof Error ? error.message : String(error) }),
      );
      break;
    case 'images':
      await images(request.indices);
      break;
    case 'pause':
    case 'resume':
    case 'stop':
    case 'pace':
    case 'learningRate':
      wish(request);
      break;
    case 'predict':
    case 'save':
    case 'judge':
    case 'filters':
      answer(request);
      break;
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  handle(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
