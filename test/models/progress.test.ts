import { afterEach, describe, expect, it, vi } from 'vitest';
import { dense, dropout, flatten } from '../../src/layers/index.js';
import { sequential } from '../../src/models/index.js';
import { Progress, type Terminal } from '../../src/models/progress.js';
import { withRuntime } from '../support/live.js';
import { options, toyData, toyModel, using } from './problem.js';

withRuntime();
afterEach(() => {
  vi.restoreAllMocks();
});

function stub(isTTY: boolean): Terminal & { text: string } {
  const out = {
    text: '',
    isTTY,
    write(text: string) {
      out.text += text;
    },
  };
  return out;
}

const values = { loss: 0.51234, accuracy: 0.87654 };

describe('progress', () => {
  it('on a terminal is a bar that rewrites itself, then a line an epoch', () => {
    const out = stub(true);
    const progress = new Progress(12, out);
    progress.batch(3, 500, 1000, () => values, 2, 400);
    expect(out.text).toBe(
      `\r\x1b[Kepoch 3/12 ${'█'.repeat(12)}${'░'.repeat(12)} loss 0.5123 · accuracy 87.65 % · 200 samples/s · 3 s left`,
    );
    out.text = '';
    progress.epoch(3, values, 4.04, 12345.6);
    expect(out.text).toBe('\r\x1b[Kepoch 3/12 loss 0.5123 · accuracy 87.65 % · 12,346 samples/s · 4.0 s\n');
  });

  it('is not drawn for every batch', () => {
    const out = stub(true);
    const progress = new Progress(1, out);
    let asked = 0;
    vi.spyOn(performance, 'now').mockReturnValue(1000);
    for (let i = 0; i < 100; i++) progress.batch(1, i, 100, () => (asked++, values), 1, i);
    expect(asked).toBe(1);
  });

  it('without a known end has no bar and no rest', () => {
    const out = stub(true);
    new Progress(2, out).batch(1, 64, undefined, () => ({ loss: 2 }), 1, 64);
    expect(out.text).toBe('\r\x1b[Kepoch 1/2 loss 2.000 · 64 samples/s');
  });

  it('tells long rests in minutes', () => {
    const out = stub(true);
    new Progress(2, out).batch(1, 1, 120, () => ({ loss: 2 }), 1.006, 1);
    expect(out.text).toMatch(/2 min 0 s left$/);
  });

  it('elsewhere is one line an epoch, to a file as well as to the console', () => {
    const out = stub(false);
    const progress = new Progress(1, out);
    progress.batch(1, 5, 10, () => values, 1, 5);
    expect(out.text).toBe('');
    progress.epoch(1, values, 1, 10);
    expect(out.text).toBe('epoch 1/1 loss 0.5123 · accuracy 87.65 % · 10 samples/s · 1.0 s\n');
  });

  it('is silent unless asked for, and says as many lines as there are epochs', async () => {
    const host: { process?: { stdout?: Terminal } } = globalThis;
    const lines: string[] = [];
    const keep = (text: unknown): boolean => lines.push(String(text)) > 0;
    const stdout = host.process?.stdout;
    if (stdout) vi.spyOn(stdout, 'write').mockImplementation(keep);
    else vi.spyOn(console, 'log').mockImplementation(keep);
    await using(toyModel(), async (model) => {
      await model.fit(toyData(16), options);
      expect(lines).toEqual([]);
      await model.fit(toyData(16), { ...options, progress: true, validation: toyData(8), metrics: ['accuracy'] });
    });
    vi.restoreAllMocks();
    const said = lines.join('\n');
    for (const epoch of [4, 5, 6]) expect(said).toMatch(new RegExp(`epoch ${epoch}/6 .*valLoss .* valAccuracy .* %`));
  });
});

describe('summary', () => {
  it('is a table of layers, shapes and weights, with the totals', () => {
    const model = sequential({ inputShape: [28, 28, 1] }, [
      flatten(),
      dense({ units: 128, activation: 'relu' }),
      dropout({ rate: 0.2, name: 'noise' }),
      dense({ units: 10, useBias: false }),
      {
        kind: 'scale',
        outputShape: (shape) => shape,
        init: (shape) => ({ factor: { shape, initializer: 'ones', trainable: false } }),
        apply: (_, x) => x,
      },
    ]);
    expect(model.summary().split('\n')).toEqual([
      'Layer      Output shape    Weights                        Parameters',
      '--------------------------------------------------------------------',
      'input      [B, 28, 28, 1]                                          0',
      'flatten_1  [B, 784]                                                0',
      'dense_1    [B, 128]        kernel [784, 128], bias [128]     100,480',
      'noise      [B, 128]                                                0',
      'dense_2    [B, 10]         kernel [128, 10]                    1,280',
      'scale_1    [B, 10]         factor [10]                            10',
      '--------------------------------------------------------------------',
      'Parameters: 101,770 (trainable 101,760, fixed 10)',
    ]);
    model.dispose();
  });
});
