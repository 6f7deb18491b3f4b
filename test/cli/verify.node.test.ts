import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { beforeAll, expect, it } from 'vitest';
import { flowers, ONE_LINE, withFolder } from './support.js';

const folder = withFolder();

beforeAll(async () => {
  await folder.write('flowers.csv', flowers());
  await folder.run(['train', 'flowers.csv', '-l', 'kind', '--folds', '2', '--epochs', '5', '--receipt', 'r.json']);
});

it('trains again and finds the same bits', async () => {
  const { code, stdout, stderr } = await folder.run(['verify', 'r.json', '--model-file', 'flowers.safetensors']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'trains again: 5 epochs on 90 rows\n' });
  expect(stdout).not.toContain('differs');
  expect(stdout).toMatch(/trained weights +same +[0-9a-f]{12}\.\.\.\n/);
  expect(stdout.trimEnd().split('\n').at(-1)).toBe('verified: the training gives the same weights, bit by bit');
});

it('says which of the facts differ', async () => {
  const receipt = await folder.read('r.json');
  const json = JSON.parse(receipt) as { training: Record<string, unknown>; recipe: Record<string, unknown> };
  const changed = flowers().replace('30,40', '31,40');
  await folder.write('changed.csv', changed);
  await folder.write('spaces.csv', flowers().replace('30,40', '30 ,40'));
  await folder.write(
    'weights.json',
    JSON.stringify({ ...json, training: { ...json.training, weights: '0'.repeat(64) } }),
  );
  await folder.write('seed.json', JSON.stringify({ ...json, recipe: { ...json.recipe, seed: 9 } }));
  await folder.write('hidden.json', JSON.stringify({ ...json, recipe: { ...json.recipe, hidden: [8] } }));
  await folder.run(['train', 'flowers.csv', '-l', 'kind', '--folds', '0', '--epochs', '1', '-o', 'other.safetensors']);
  for (const [args, code, last] of [
    [['r.json', '--table', 'changed.csv'], 1, 'not verified: different rows as they are trained on'],
    [['r.json', '--table', 'spaces.csv'], 0, 'verified: the training gives the same weights, bit by bit'],
    [['weights.json'], 1, 'not verified: different trained weights'],
    [['seed.json'], 1, 'not verified: different seed, weights before training'],
    [['hidden.json'], 1, 'not verified: different layers and options, weights before training'],
    [['r.json', '--model-file', 'other.safetensors'], 1, 'not verified: different weights of the model file'],
  ] as const) {
    const result = await folder.run(['verify', ...args]);
    expect({ args, code: result.code, last: result.stdout.trimEnd().split('\n').at(-1) }).toEqual({ args, code, last });
  }
  const { stdout, stderr } = await folder.run(['verify', 'r.json', '--table', 'changed.csv']);
  expect(stdout).toMatch(/table file +differs/);
  expect(stdout).not.toContain('trained weights');
  expect(stderr).toContain('changed.csv has changed since the training');
});

it('finds the table from the folder of the receipt, and asks for one that came from standard input', async () => {
  const again = await folder.run([], { shell: `mkdir -p deep && cd deep && $W verify ../r.json` });
  expect(again.code).toBe(0);
  await folder.run(['train', '-', '-l', 'kind', '--folds', '0', '--epochs', '1', '--receipt', 'in.json'], { input: flowers() }); // prettier-ignore
  const asked = await folder.run(['verify', 'in.json']);
  expect(asked.code).toBe(2);
  expect(asked.stderr).toContain('expected --table FILE, since the table of this receipt came from standard input');
  expect((await folder.run(['verify', 'in.json', '--table', '-'], { input: flowers() })).code).toBe(0);
});

it('refuses what is no receipt in one line', async () => {
  const json = JSON.parse(await folder.read('r.json')) as Record<string, unknown>;
  for (const [name, contents, message] of [
    ['a.json', 'no json', 'expected JSON'],
    ['b.json', '{}', 'expected a receipt of wasmgrad train --receipt in b.json, got something else'],
    ['c.json', JSON.stringify(json['training']), 'one of fit, which verifyReceipt checks'],
    ['d.json', JSON.stringify({ ...json, training: {} }), 'a receipt of format 1'],
    ['e.json', JSON.stringify({ ...json, recipe: { epochs: 1e9 } }), 'in the receipt e.json'],
    [
      'f.json',
      JSON.stringify({ ...json, table: { sha256: 'x', file: 'gone.csv' } }),
      'gone.csv: there is no such file',
    ],
    ['g.json', JSON.stringify({ ...json, reading: { label: 'nobody', header: true, roles: {} } }), "got 'nobody'"],
  ] as const) {
    await folder.write(name, contents);
    const { code, stdout, stderr } = await folder.run(['verify', name]);
    expect({ name, code, stdout, line: /\n?wasmgrad: [^\n]+\n$/.test(stderr) }).toEqual({ name, code: 1, stdout: '', line: true }); // prettier-ignore
    expect(stderr).toContain(message);
  }
  expect((await folder.run(['verify', 'missing.json'])).stderr).toMatch(ONE_LINE);
});

it('a receipt is the same on one thread and on two', async () => {
  const script = (threads: number): string => `
    import { init } from '${fileURLToPath(new URL('../../dist/index.js', import.meta.url))}';
    import { dataset } from '${fileURLToPath(new URL('../../dist/data.js', import.meta.url))}';
    import { makeReceipt } from '${fileURLToPath(new URL('../../dist/io.js', import.meta.url))}';
    import { dense } from '${fileURLToPath(new URL('../../dist/layers.js', import.meta.url))}';
    import { meanSquaredError } from '${fileURLToPath(new URL('../../dist/losses.js', import.meta.url))}';
    import { sequential } from '${fileURLToPath(new URL('../../dist/models.js', import.meta.url))}';
    import { adam } from '${fileURLToPath(new URL('../../dist/optimizers.js', import.meta.url))}';
    const { threads } = await init({ threads: ${threads} });
    const model = sequential({ inputShape: [64], seed: 1 }, [dense({ units: 256, activation: 'relu' }), dense({ units: 8 })]);
    const of = (n) => Float32Array.from({ length: n }, (_, i) => ((i * 37) % 101) / 101);
    const data = dataset(Array.from({ length: 512 }, (_, i) => of(64).map((x) => x + i)), Array.from({ length: 512 }, () => [...of(8)]));
    const { receipt } = await model.fit(data, { loss: meanSquaredError(), optimizer: adam(), epochs: 2, batchSize: 256, receipt: makeReceipt });
    console.log(JSON.stringify({ threads, receipt }));`;
  const run = async (threads: number): Promise<{ threads: number; receipt: unknown }> => {
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script(threads)]);
    return JSON.parse(stdout) as { threads: number; receipt: unknown };
  };
  const [one, two] = [await run(1), await run(2)];
  expect([one.threads, two.threads]).toEqual([1, 2]);
  expect(two.receipt).toEqual(one.receipt);
});
