// The training worker: one problem, one network, one training. The page starts a new one for the next.
import { init } from 'wasmgrad';
import { digits } from './digits.js';
import { train, type Report, type Wishes } from './loop.js';
import type { Problem, Request, Settings } from './messages.js';
import { plane } from './plane.js';
import type { Task, Viewer } from './task.js';

const wishes: Wishes = { learningRate: 0, paused: false, stopped: false, changed: () => undefined };
let task: Promise<Task> | undefined;
let viewer: Viewer | undefined;

const report: Report = (reply) => {
  const { x, y } = reply.kind === 'loaded' ? reply : {};
  // The task keeps what it trains on; the page gets a copy.
  self.postMessage(x && y ? { ...reply, x: x.slice(), y: y.slice() } : reply);
};

async function load(problem: Problem): Promise<Task> {
  return problem === 'digits' ? digits() : plane(problem);
}

async function start(settings: Settings): Promise<void> {
  const loaded = await (task ??= load(settings.problem));
  const { threads, reason } = await init({ threads: settings.threads });
  const model = loaded.build(settings);
  viewer = loaded.view(model);
  report({ kind: 'started', parameters: model.parameterCount, threads, reason });
  const how = await train(loaded, model, viewer, settings, wishes, report);
  report({ kind: 'stopped', how });
}

async function handle(request: Request): Promise<void> {
  switch (request.kind) {
    case 'load':
      task ??= load(request.problem);
      report((await task).loaded);
      break;
    case 'start':
      wishes.learningRate = request.settings.learningRate;
      await start(request.settings);
      break;
    case 'pause':
    case 'resume':
      wishes.paused = request.kind === 'pause';
      break;
    case 'stop':
      wishes.stopped = true;
      break;
    case 'learningRate':
      wishes.learningRate = request.value;
      break;
    case 'predict': {
      const probabilities = viewer?.predict(request.image);
      if (probabilities) report({ kind: 'prediction', probabilities });
      break;
    }
  }
  wishes.changed();
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  handle(data).catch((error: unknown) => {
    report({ kind: 'failed', message: error instanceof Error ? error.message : String(error) });
  });
});
