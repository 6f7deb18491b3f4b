import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { csvLogger, jsonLinesLogger, loadModel, resumeOrStart, saveBest } from '../../src/io/index.js';
import type { Callback } from '../../src/models/index.js';
import { adam } from '../../src/optimizers/index.js';
import { noisyModel, options, toyData, toyModel, using } from '../models/problem.js';
import { withRuntime } from '../support/live.js';
import { typed } from '../support/typed.js';

withRuntime();

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'callbacks-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

const at = (name: string): string => join(folder, name);

it('saveBest writes the model of the best epoch', async () => {
  await using(toyModel(), async (model) => {
    const best: { loss: number; weights: unknown } = { loss: Infinity, weights: undefined };
    const watch: Callback = {
      onEpochEnd({ valLoss = NaN }, { model: now }) {
        if (valLoss < best.loss) Object.assign(best, { loss: valLoss, weights: now.getWeights() });
      },
    };
    const callbacks = [watch, saveBest(at('best.model'))];
    const optimizer = adam({ learningRate: 0.5 });
    await model.fit(toyData(40), { ...options, optimizer, epochs: 8, validation: toyData(20, 3), callbacks });
    await using(await loadModel(at('best.model')), (loaded) => expect(loaded.getWeights()).toEqual(best.weights));
    await expect(model.fit(toyData(8), { ...options, callbacks: [saveBest(at('b'))] })).rejects.toThrow(
      new RangeError("fit: expected monitor to be one of loss, got 'valLoss'"),
    );
  });
});

it('loggers write a line for each epoch', async () => {
  await using(toyModel(), async (model) => {
    const callbacks = [csvLogger(at('log.csv')), jsonLinesLogger(at('log.jsonl'))];
    const { epochs } = await model.fit(toyData(40), { ...options, metrics: ['accuracy'], callbacks });
    const [header = '', ...lines] = readFileSync(at('log.csv'), 'utf8').trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    const names = header.split(',');
    const read = lines.map((line): unknown =>
      Object.fromEntries(line.split(',').map((cell, i) => [names[i] ?? '', Number(cell)])),
    );
    expect(read).toEqual(epochs);
    const json = readFileSync(at('log.jsonl'), 'utf8').trimEnd().split('\n');
    expect(json.map((line): unknown => JSON.parse(line))).toEqual(epochs);
    await model.fit(toyData(40), { ...options, epochs: 1, callbacks });
    expect(readFileSync(at('log.jsonl'), 'utf8').split('\n')).toHaveLength(2);
    await expect(model.fit(toyData(8), { ...options, callbacks: [csvLogger(at('no/log.csv'))] })).rejects.toThrow(
      typed(RangeError, /^csvLogger: expected /),
    );
  });
});

it('resumeOrStart goes on where training was killed', async () => {
  const own = { ...options, optimizer: adam({ learningRate: 0.02 }), epochs: 4, place: at('run'), every: 1e-9 };
  const whole = await using(noisyModel(), async (model) => {
    const { epochs } = await model.fit(toyData(40), { ...options, epochs: 4 });
    return [epochs.map(({ loss }) => loss), model.getWeights()];
  });
  await using(noisyModel(), async (model) => {
    const onBatchEnd = ({ epoch, batch }: { epoch: number; batch: number }): void => {
      if (epoch === 2 && batch === 3) throw new Error('killed');
    };
    await expect(resumeOrStart(model, toyData(40), { ...own, onBatchEnd })).rejects.toThrow(new Error('killed'));
    expect(readdirSync(folder)).toEqual(['run']);
  });
  for (let again = 0; again < 2; again++)
    await using(noisyModel(7), async (model) => {
      const { epochs } = await resumeOrStart(model, toyData(40), own);
      expect([epochs.map(({ loss }) => loss), model.getWeights()]).toEqual(whole);
    });
  await using(toyModel(), async (model) => {
    await expect(resumeOrStart(model, toyData(40), { ...own, every: 0 })).rejects.toThrow(
      new RangeError('resumeOrStart: expected every to be a finite number > 0, got 0'),
    );
  });
});
