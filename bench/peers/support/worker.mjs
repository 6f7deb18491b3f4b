// The process of a peer: `node worker.mjs PEER`. It builds a workload, then measures short windows on request.
import process from 'node:process';

const WINDOW = 0.5; // milliseconds: far above the clock's resolution
const UNDISTURBED = 1.5; // a longer window hardly fits between two disturbances: processor time counts

const alone = (process.env.PEER_THREADS ?? '1') === '1'; // several threads use more processor time than time

const peer = await import(new URL(`../peers/${process.argv[2]}.mjs`, import.meta.url));

let step;
let times;

const processorTime = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Milliseconds of one step, from one window of them. */
async function window(count) {
  const used = processorTime();
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const result = step();
    if (result instanceof Promise) await result;
  }
  const took = performance.now() - start;
  return (alone && took > UNDISTURBED ? Math.min(took, processorTime() - used) : took) / count;
}

async function measure(milliseconds) {
  let best = Infinity;
  const start = processorTime();
  do best = Math.min(best, await window(times));
  while (processorTime() - start < milliseconds);
  return best;
}

/** Runs until the engine has had time to optimise, and determines how many steps fill a window. */
async function warmUp(milliseconds) {
  times = 1;
  const start = processorTime();
  do {
    const took = (await window(times)) * times;
    if (took < WINDOW / 2) times *= 2;
  } while (processorTime() - start < milliseconds);
  times = Math.max(1, Math.round(WINDOW / (await measure(20))));
}

/**
 * The workload with a rate that hardly changes the weights. Otherwise thousands of steps on one batch would learn it by
 * heart, gradients would vanish, and the averages of Adam would become subnormal numbers, which take many times longer:
 * the peer with the most steps would look slowest.
 */
const standing = (workload) => ({ ...workload, optimizer: { ...workload.optimizer, learningRate: 1e-9 } });

/** Checks that training reduces the loss: a peer that does less work than the others would look fast. */
async function checkTraining() {
  const first = Number(await step());
  const end = processorTime() + 1000;
  for (let i = 0; i < 300 && processorTime() < end; i++) await step();
  const last = Number(await step());
  if (!(last < first)) throw new Error(`the loss did not fall: from ${first} to ${last}`);
}

async function checkAnswer(length) {
  const answer = Array.from(await step());
  if (answer.length !== length || !answer.every(Number.isFinite)) throw new Error(`no answer: ${answer}`);
}

async function prepare({ workload, warmup }) {
  step = undefined;
  step = await peer.build(workload);
  if (!step) return { supported: false };
  if (workload.kind === 'train') {
    await checkTraining();
    step = await peer.build(standing(workload));
  } else if (workload.kind === 'predict') await checkAnswer(workload.layers.at(-1).units);
  await warmUp(warmup);
  return { supported: true };
}

async function answer(message) {
  switch (message.command) {
    case 'hello':
      return { label: peer.label, version: peer.version };
    case 'prepare':
      return prepare(message);
    case 'measure':
      return { milliseconds: await measure(message.milliseconds) };
    default:
      throw new Error(`unknown command ${message.command}`);
  }
}

process.on('message', (message) => {
  answer(message).then(
    (reply) => process.send(reply),
    (error) => process.send({ error: String(error?.stack ?? error) }),
  );
});
