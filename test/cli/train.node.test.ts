import { expect, it } from 'vitest';
import { loadModel, type TableModel } from '../../src/io/index.js';
import { withRuntime } from '../support/live.js';
import { flowers, withFolder } from './support.js';

const folder = withFolder();
withRuntime();

it('says what the columns are, cross-validates, and saves a model with its preprocessing', async () => {
  await folder.write('flowers.csv', flowers());
  const { code, stdout, stderr } = await folder.run([
    'train',
    'flowers.csv',
    '--label',
    'kind',
    '--svg',
    'picture.svg',
  ]);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^wrote flowers\.safetensors \([\d,]+ bytes\)\nwrote picture\.svg/);
  expect(stdout).toContain('flowers.csv: 90 rows; predicts kind, one of 2 classes (daisy, rose)');
  expect(stdout).toMatch(/petals +number +guessed\n +height +number +guessed +9 gaps\n +colour +category +guessed\n +seen +date +guessed\n/); // prettier-ignore
  expect(stdout).toMatch(/Cross-validation, 5 folds/);
  expect(stdout).toMatch(/accuracy +(9\d\.\d|100\.0) % +± \d+\.\d % +66\.7 %/);
  expect(stdout).toMatch(/rose +[\d.]+ +[\d.]+ +[\d.]+ +30\n/);
  expect(stdout).not.toContain('\u001b');
  const picture = await folder.read('picture.svg');
  expect(picture.match(/<svg /g)).toHaveLength(3); // curves and a confusion matrix in one
  expect(picture).toContain('>daisy</text>');
  using model = await loadModel<TableModel>(folder.path('flowers.safetensors'));
  using roses = model.predict([{ petals: 35, height: 44, colour: 'pink', seen: '2024-03-12' }, { petals: 6 }]);
  expect(model.preprocessing.decode(roses)).toEqual(['rose', 'daisy']);
});

it('is the same to the bit with the same seed, and another with another', async () => {
  const train = async (name: string, seed: string) => {
    const { code } = await folder.run(['train', '-', '-l', 'kind', '-o', name, '--folds', '0', '--epochs', '3', '--seed', seed], { input: flowers() }); // prettier-ignore
    expect(code).toBe(0);
    return folder.read(name);
  };
  const first = await train('a.safetensors', '5');
  expect(await train('b.safetensors', '5')).toBe(first);
  expect(await train('c.safetensors', '6')).not.toBe(first);
});

it('predicts numbers in their unit, with a baseline beside', async () => {
  const lines = Array.from({ length: 80 }, (_, i) => `${i % 20};${i % 4 ? 'a' : 'b'};${(1000 + 50 * (i % 20) + (i % 4 ? 0 : 300)).toFixed(1).replace('.', ',')}`); // prettier-ignore
  await folder.write('prices.csv', `size;kind;price\n${lines.join('\n')}\n`);
  const { code, stdout } = await folder.run([
    'train',
    'prices.csv',
    '-l',
    'price',
    '--folds',
    '4',
    '--svg',
    'prices.svg',
  ]);
  expect(code).toBe(0);
  expect(stdout).toContain('predicts price, a number');
  const [, error, mean] = /mean absolute error +([\d.]+) +± [\d.]+ +([\d.]+)/.exec(stdout) ?? [];
  expect(Number(mean)).toBeGreaterThan(200);
  expect(Number(error)).toBeLessThan(Number(mean) / 4);
  const predicted = await folder.run(['predict', 'prices.safetensors'], { input: 'size;kind\n10;a\n10;b\n' });
  const [head, a, b] = predicted.stdout.trim().split('\n');
  expect(head).toBe('price');
  expect(Math.abs(Number(a) - 1500)).toBeLessThan(100);
  expect(Math.abs(Number(b) - 1800)).toBeLessThan(100);
});

it('takes roles, sizes and words for gaps as told', async () => {
  await folder.write('told.csv', flowers().replace('petals,height', 'petals,"height, cm"'));
  const { code, stdout } = await folder.run([
    ...['train', 'told.csv', '-l', 'kind', '--ignore', 'seen,colour', '--category', 'height, cm', '--number', 'petals'],
    ...[
      '--hidden',
      '7',
      '--epochs',
      '2',
      '--batch-size',
      '16',
      '--learning-rate',
      '0.01',
      '--dropout',
      '0.1',
      '--folds',
      '2',
    ],
  ]);
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /petals +number +as told\n +height, cm +category +as told +9 gaps\n +colour +ignore +as told\n/,
  );
  expect(stdout).toMatch(/hidden layers +7\n/);
  expect(stdout).toMatch(/epochs +2 of batches of 16\n/);
  const noWords = await folder.run([
    'train',
    'told.csv',
    '-l',
    'kind',
    '--gaps',
    'red',
    '--folds',
    '0',
    '--epochs',
    '1',
  ]);
  expect(noWords.stdout).toMatch(/colour +category +guessed +\d+ gaps/);
  expect(noWords.stdout).toContain('Not cross-validated');
  const linear = await folder.run(['train', 'told.csv', '-l', 'kind', '--hidden', 'none', '--epochs', '1']);
  expect(linear.stdout).toMatch(/hidden layers +none\n/);
});

it('leaves out rows without a label, and says which words it took for gaps', async () => {
  await folder.write(
    'gaps.csv',
    flowers().replaceAll(/rose\n/g, (end, at: number) => (at % 2 ? 'None\n' : end)),
  );
  const { code, stdout } = await folder.run(['train', 'gaps.csv', '-l', 'kind', '--epochs', '1', '--folds', '2']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/\d+ rows without a label left out: 'None' \d+ \(--gaps tells which words stand for gaps\)/);
  const all = await folder.run(['train', 'gaps.csv', '-l', 'kind', '--gaps', '', '--epochs', '1', '--folds', '2']);
  expect(all.stdout).toContain('90 rows; predicts kind, one of 3 classes (None, daisy, rose)');
});

it('reads other encodings, byte order marks, quotes and delimiters', async () => {
  const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(flowers(), 'utf16le')]);
  const tabs = `\ufeff${flowers().replaceAll(',', '\t').replaceAll('pink', '"pi""nk\tx"')}`;
  const latin = Buffer.from(flowers().replaceAll('pink', 'ros\u00e9'), 'latin1');
  for (const [name, contents, args] of [
    ['utf16.csv', utf16, []],
    ['tabs.tsv', tabs, []],
    ['latin.csv', latin, []],
    ['pipes.csv', flowers().replaceAll(',', '#'), ['--delimiter', '#']],
    ['windows.csv', flowers().replaceAll('\n', '\r\n'), []],
  ] as const) {
    await folder.write(name, contents);
    const { code, stdout } = await folder.run(['train', name, '-l', 'kind', '--epochs', '1', '--folds', '2', ...args]);
    expect({ name, code }).toEqual({ name, code: 0 });
    expect(stdout).toContain('90 rows; predicts kind, one of 2 classes (daisy, rose)');
  }
  const bare = flowers().split('\n').slice(1).join('\n');
  const { stdout } = await folder.run(['train', '-', '-l', '4', '--no-header', '--epochs', '1', '--folds', '2'], { input: bare }); // prettier-ignore
  expect(stdout).toContain('standard input: 90 rows; predicts 4, one of 2 classes (daisy, rose)');
});

it('works on tables of a few rows, and on one class that hardly occurs', async () => {
  const { code, stdout } = await folder.run(['train', '-', '-l', 'y', '--epochs', '2'], { input: 'x,y\n1,a\n2,b\n' });
  expect({ code, folds: /Cross-validation, (\d) folds/.exec(stdout)?.[1] }).toEqual({ code: 0, folds: '2' });
  const rare = `${flowers()}9,9,red,2024-01-01,tulip\n`;
  expect((await folder.run(['train', '-', '-l', 'kind', '--epochs', '2'], { input: rare })).code).toBe(0);
});

it('draws a bar on a terminal only', async () => {
  const { stderr } = await folder.run(['train', 'flowers.csv', '-l', 'kind', '--epochs', '2']);
  expect(stderr).not.toContain('█');
});

it('saves the model also when nobody reads the report', async () => {
  await folder.write('flowers.csv', flowers());
  const { stderr } = await folder.run([], {
    shell: '$W train flowers.csv -l kind --epochs 2 -o piped.safetensors | true',
  });
  expect(stderr).toMatch(/^wrote piped\.safetensors \([\d,]+ bytes\)\n$/);
  expect(folder.names()).toContain('piped.safetensors');
});

it('leaves the old file when the disk is full', async () => {
  await folder.write('kept.safetensors', 'the old file');
  const before = folder.names();
  // A limit on the size of files stands in for the disk
  const { code, stderr } = await folder.run([], {
    shell: "trap '' XFSZ; ulimit -f 2; $W train flowers.csv -l kind --epochs 1 --hidden 300 -o kept.safetensors",
  });
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'wasmgrad: cannot write kept.safetensors: the file would be too large\n' }); // prettier-ignore
  expect(await folder.read('kept.safetensors')).toBe('the old file');
  expect(folder.names()).toEqual(before);
});
