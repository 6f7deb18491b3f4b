import { beforeAll, expect, it } from 'vitest';
import { loadModel, saveModel, type TableModel } from '../../src/io/index.js';
import { dense } from '../../src/layers/index.js';
import { sequential } from '../../src/models/index.js';
import { withRuntime } from '../support/live.js';
import { flowers, ONE_LINE, withFolder } from './support.js';

const folder = withFolder();
withRuntime();

beforeAll(async () => {
  await folder.write('flowers.csv', flowers());
  await folder.run(['train', 'flowers.csv', '-l', 'kind', '--epochs', '20', '--folds', '0', '-o', 'm.safetensors']);
});

it('writes the class and the probability of every class, as the model gives them', async () => {
  const { code, stdout, stderr } = await folder.run(['predict', 'm.safetensors', 'flowers.csv']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const [head, ...lines] = stdout.trimEnd().split('\n');
  expect(head).toBe('kind,kind=daisy,kind=rose');
  expect(lines).toHaveLength(90);
  using model = await loadModel<TableModel>(folder.path('m.safetensors'));
  using expected = model.predict({ petals: 30, height: 40, colour: 'red', seen: '2024-01-10' });
  const [daisy = NaN, rose = NaN] = expected.data();
  expect(lines[0]).toBe(`rose,${Number(daisy.toPrecision(6))},${Number(rose.toPrecision(6))}`);
});

it('takes rows in any order of columns, with unknown words, gaps and columns that it does not know', async () => {
  const input = 'seen;nobody;colour;petals\n2024-01-10;"a;b";green;31.5\n;;;\n';
  const { code, stdout, stderr } = await folder.run(['predict', 'm.safetensors', '-', '--keep'], { input });
  expect({ code, stderr }).toEqual({ code: 0, stderr: 'standard input has no column height: taken as gaps\n' });
  const [head, first, second] = stdout.split('\n');
  expect(head).toBe('seen,nobody,colour,petals,kind,kind=daisy,kind=rose');
  expect(first).toMatch(/^2024-01-10,a;b,green,31\.5,rose,[\d.e-]+,[\d.]+$/);
  expect(second).toMatch(/^,,,,(rose|daisy),/);
});

it('says in which row something is wrong, and writes nothing then', async () => {
  const input = `petals,height\n${'1,2\n'.repeat(5000)}many,2\n`;
  const { code, stdout, stderr } = await folder.run(['predict', 'm.safetensors'], { input });
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr.split('\n').at(-2)).toMatch(/^wasmgrad: standard input, row 5001: .*'many'/);
});

it('refuses rows of another table, and models that are none for tables', async () => {
  const other = await folder.run(['predict', 'm.safetensors'], { input: 'a,b\n1,2\n' });
  expect(other).toEqual({ code: 1, stdout: '', stderr: 'wasmgrad: expected columns petals, height, colour, seen in standard input, got a, b\n' }); // prettier-ignore
  using plain = sequential({ inputShape: [2] }, [dense({ units: 1 })]);
  await folder.write('plain.safetensors', saveModel(plain));
  const bare = await folder.run(['predict', 'plain.safetensors'], { input: 'a,b\n1,2\n' });
  expect(bare.code).toBe(1);
  expect(bare.stderr).toMatch(ONE_LINE);
  expect(bare.stderr).toContain('saved without its preprocessing');
});

it('evaluates a model on a table with labels', async () => {
  const { code, stdout, stderr } = await folder.run(['evaluate', 'm.safetensors', 'flowers.csv', '--svg', 'e.svg']);
  expect(code).toBe(0);
  expect(stderr).toMatch(/^wrote e\.svg/);
  expect(stdout).toMatch(/accuracy +100\.0 % +66\.7 %/);
  expect(await folder.read('e.svg')).toContain('>rose</text>');
  const json = await folder.run(['evaluate', 'm.safetensors', '-', '--json'], { input: flowers(30) });
  expect(JSON.parse(json.stdout)).toMatchObject({ rows: 30, model: { accuracy: 1 }, classes: ['daisy', 'rose'], confusion: [[20, 0], [0, 10]] }); // prettier-ignore
  const unknown = await folder.run(['evaluate', 'm.safetensors', '-'], { input: 'petals,kind\n4,daisy\n5,tulip\n' });
  expect(unknown.code).toBe(1);
  expect(unknown.stderr).toContain("standard input, row 2: expected a class that the model knows (daisy, rose) in column 'kind', got 'tulip'"); // prettier-ignore
  const none = await folder.run(['evaluate', 'm.safetensors', '-'], { input: 'petals,king\n4,daisy\n' });
  expect(none.stderr).toContain("expected a column of standard input (petals, king), got 'kind'; did you mean 'king'?");
});

it('ends quietly when nobody reads on', async () => {
  await folder.write('many.csv', flowers(60_000));
  const { stdout, stderr } = await folder.run([], { shell: '$W predict m.safetensors many.csv | head -2' });
  expect(stdout.trimEnd().split('\n')).toHaveLength(2);
  expect(stderr).toBe('');
});

it('says when standard output cannot be written', async () => {
  const { code, stderr } = await folder.run([], { shell: '$W predict m.safetensors flowers.csv > /dev/full' });
  expect({ code, stderr }).toEqual({ code: 1, stderr: 'wasmgrad: cannot write to standard output: no space is left on the disk\n' }); // prettier-ignore
});
