import { dense } from 'wasmgrad/layers';
import { binaryCrossEntropy } from 'wasmgrad/losses';
import { sequential, type Model } from 'wasmgrad/models';
import { EXTENT, FIELD, type Settings } from './messages.js';
import { hiddenLayers } from './network.js';
import type { Rows, Task, Viewer } from './task.js';

/** A training that is over at once shows nothing. */
const WATCHABLE = 6000;

/** The four cases of exclusive or, at the corners of a square. */
function xorRows(): Rows {
  return { x: Float32Array.of(-3, -3, -3, 3, 3, -3, 3, 3), y: Uint8Array.of(0, 1, 1, 0) };
}

/** Small numbers in both directions, the same at every visit (Lehmer's generator). */
function noise(size: number, amplitude: number): Float32Array<ArrayBuffer> {
  let state = 5;
  return new Float32Array(size).map(() => {
    state = (state * 48271) % 2147483647;
    return amplitude * ((2 * state) / 2147483647 - 1);
  });
}

/** Two spirals of one and a half turns around each other, with a little noise. */
function spiralRows(points = 120): Rows {
  const x = noise(4 * points, 0.12);
  const y = new Uint8Array(2 * points);
  for (let i = 0; i < 2 * points; i++) {
    const along = Math.floor(i / 2) / points;
    const angle = 3 * Math.PI * along + Math.PI * (i % 2);
    const radius = 0.3 + 3.45 * along;
    x[2 * i] = x[2 * i]! + radius * Math.cos(angle);
    x[2 * i + 1] = x[2 * i + 1]! + radius * Math.sin(angle);
    y[i] = i % 2;
  }
  return { x, y };
}

/** The middles of the field's cells, row by row from the top. */
function fieldPoints(): Float32Array {
  const points = new Float32Array(2 * FIELD * FIELD);
  const step = (2 * EXTENT) / FIELD;
  for (let i = 0; i < FIELD * FIELD; i++) {
    points[2 * i] = -EXTENT + ((i % FIELD) + 0.5) * step;
    points[2 * i + 1] = EXTENT - (Math.floor(i / FIELD) + 0.5) * step;
  }
  return points;
}

function build(settings: Settings): Model {
  return sequential({ inputShape: [2], seed: settings.seed }, [
    ...hiddenLayers(settings),
    dense({ units: 1, activation: 'sigmoid' }),
  ]);
}

/** Mean cross-entropy and accuracy, from the probabilities of class 1. */
function score(probabilities: Float32Array, y: Uint8Array): { loss: number; accuracy: number } {
  let [loss, right] = [0, 0];
  y.forEach((label, i) => {
    const p = label === 1 ? probabilities[i]! : 1 - probabilities[i]!;
    loss -= Math.log(Math.max(p, 1e-7));
    if (p > 0.5) right++;
  });
  return { loss: loss / y.length, accuracy: right / y.length };
}

function view(model: Model, { x, y }: Rows): Viewer {
  const points = fieldPoints();
  const onField = model.predictor({ batchSize: FIELD * FIELD });
  const onRows = model.predictor({ batchSize: y.length });
  const probabilities = new Float32Array(y.length);
  return {
    evaluate: () => {
      onRows(x, probabilities);
      return score(probabilities, y);
    },
    show: () => {
      const values = new Float32Array(FIELD * FIELD);
      onField(points, values);
      return { kind: 'field', values };
    },
    predict: () => undefined,
    judge: () => undefined,
    dispose: () => {
      onField.dispose();
      onRows.dispose();
    },
  };
}

/** Points of the plane in two classes that no straight line parts. */
export function plane(problem: 'xor' | 'spirals'): Task {
  const rows = problem === 'xor' ? xorRows() : spiralRows();
  return {
    rows,
    held: undefined,
    shapes: [[2], [1]],
    loaded: { kind: 'loaded', x: rows.x, y: rows.y },
    loss: binaryCrossEntropy(),
    atLeast: WATCHABLE,
    build,
    view: (model) => view(model, rows),
  };
}
