// System 6: a small network in place of a model-predictive controller: sampled, trained, compared in the closed loop
// and by the time of one evaluation (the lecture: 6.75 ms against 0.00584 ms).
import { init, randomUniform } from 'wasmgrad';
import { dataset } from 'wasmgrad/data';
import { dense } from 'wasmgrad/layers';
import { halfMeanSquaredError } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { adam, cosineDecay } from 'wasmgrad/optimizers';
import { plot, type Series } from 'wasmgrad/plot';
import { isMain, type Log } from './support/cli.js';
import { saveFigure } from './support/figures.js';
import { advance, INPUTS, LIMIT, makeController, stageCost, STATES, type State } from './support/mpc.js';

export interface ControllerOptions {
  /** States for which the controller is asked. Default 4,000. */
  readonly samples?: number;
  /** Default 80. */
  readonly epochs?: number;
  /** Folder of the figure. Default `out`. */
  readonly folder?: string;
  readonly log?: Log;
}

export interface ControllerResult {
  /** Root mean square difference of the inputs on fresh states; inputs lie in [-1, 1]. */
  readonly inputError: number;
  /** Share of the sampled inputs that are at a limit. */
  readonly saturated: number;
  /** Cost of the closed loop with the controller and with the network, mean over some starts. */
  readonly mpcCost: number;
  readonly networkCost: number;
  /** Seconds of one evaluation. */
  readonly mpcSeconds: number;
  readonly networkSeconds: number;
  readonly figure: string;
}

type Policy = (state: State) => readonly number[];

function states(count: number, seed: number): number[][] {
  using draws = randomUniform([count, STATES], { seed, min: -1, max: 1 });
  const values = draws.data();
  return Array.from({ length: count }, (_, i) => Array.from(values.subarray(i * STATES, (i + 1) * STATES)));
}

async function train(x: readonly State[], y: readonly (readonly number[])[], epochs: number): Promise<Model> {
  const model = sequential({ inputShape: [STATES], seed: 1 }, [
    dense({ units: 32, activation: 'tanh' }),
    dense({ units: 32, activation: 'tanh' }),
    dense({ units: INPUTS }),
  ]);
  const batchSize = 32;
  const steps = Math.ceil(x.length / batchSize) * epochs;
  const optimizer = adam({ learningRate: cosineDecay({ initial: 5e-3, steps }) });
  const data = dataset(Float32Array.from(x.flat()), Float32Array.from(y.flat()), { shape: [STATES] });
  await model.fit(data, { loss: halfMeanSquaredError(), optimizer, batchSize, epochs, seed: 2 });
  return model;
}

/** States and cost of 40 steps under a policy. */
function closedLoop(policy: Policy, start: State): { path: State[]; cost: number } {
  let [state, cost] = [start, 0];
  const path = [start];
  for (let step = 0; step < 40; step++) {
    const input = policy(state);
    cost += stageCost(state, input);
    state = advance(state, input);
    path.push(state);
  }
  return { path, cost };
}

/** Median time of one call over all states. */
function secondsOf(policy: Policy, at: readonly State[], repeats: number): number {
  const times = at.map((state) => {
    const start = performance.now();
    for (let i = 0; i < repeats; i++) policy(state);
    return (performance.now() - start) / 1000 / repeats;
  });
  return times.sort((a, b) => a - b)[times.length >> 1]!;
}

function figureOf(mpc: Policy, network: Policy): string {
  const start = [1, -0.8, 0.6, 0.5, 0.5, -0.5];
  const curves = Object.entries({ MPC: mpc, network }).flatMap(([name, policy], i): Series[] => {
    const { path } = closedLoop(policy, start);
    return ['x', 'y', 'z'].map((axis, k) => ({
      name: `${axis}, ${name}`,
      points: path.map((s, step) => [step / 4, s[k]!]),
      colour: k,
      dashed: i === 1,
    }));
  });
  const title = 'Closed loop: the network in place of the controller';
  return plot([{ title, xLabel: 'time', yLabel: 'position', series: curves }]);
}

export async function run(options: ControllerOptions = {}): Promise<ControllerResult> {
  const { samples = 4000, epochs = 80, folder = 'out', log = console.log } = options;
  await init();
  const solve = makeController();
  const mpc: Policy = (state) => solve(state).inputs.slice(0, INPUTS);
  const x = states(samples, 3);
  const y = x.map(mpc);
  const saturated = y.flat().filter((value) => Math.abs(value) === LIMIT).length / (samples * INPUTS);
  log(`MPC asked for ${samples} states; ${(100 * saturated).toFixed(0)} % of its inputs are at a limit`);
  using model = await train(x, y, epochs);

  const predictor = model.predictor();
  const [input, output] = [new Float32Array(STATES), new Float32Array(INPUTS)];
  const network: Policy = (state) => {
    input.set(state);
    predictor(input, output);
    return Array.from(output, (value) => Math.min(LIMIT, Math.max(-LIMIT, value)));
  };
  const fresh = states(500, 4);
  const squares = fresh.flatMap((state) => {
    const expected = mpc(state);
    return network(state).map((value, i) => (value - expected[i]!) ** 2);
  });
  const inputError = Math.sqrt(squares.reduce((sum, each) => sum + each, 0) / squares.length);
  const starts = fresh.slice(0, 20);
  const meanCost = (policy: Policy): number =>
    starts.reduce((sum, start) => sum + closedLoop(policy, start).cost, 0) / starts.length;
  const [mpcCost, networkCost] = [meanCost(mpc), meanCost(network)];
  const mpcSeconds = secondsOf(mpc, fresh.slice(0, 100), 1);
  const networkSeconds = secondsOf(network, fresh, 200);
  log(`6-32-32-3 tanh: inputs differ by ${inputError.toFixed(3)} (root mean square) on fresh states`);
  log(`cost of the closed loop: MPC ${mpcCost.toFixed(2)}, network ${networkCost.toFixed(2)}`);
  log(`one evaluation: MPC ${(1000 * mpcSeconds).toFixed(3)} ms, network ${(1000 * networkSeconds).toFixed(5)} ms`);
  log('                (the lecture: 6.75 ms and 0.00584 ms)');
  const figure = await saveFigure(folder, 'controller', figureOf(mpc, network));
  predictor.dispose();
  log(`figure: ${figure}`);
  return { inputError, saturated, mpcCost, networkCost, mpcSeconds, networkSeconds, figure };
}

if (isMain(import.meta.url)) await run();
