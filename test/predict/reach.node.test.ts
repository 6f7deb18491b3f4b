// What a page that only predicts takes along.
import { build } from 'esbuild';
import { expect, test } from 'vitest';

const root = new URL('../../', import.meta.url).pathname;

/** The sources of which something is in the bundle of a page. */
async function reached(entry: string): Promise<string[]> {
  const { metafile } = await build({
    stdin: { contents: `import { sequential } from './src/${entry}/index.ts'; sequential({}, []);`, resolveDir: root },
    absWorkingDir: root,
    bundle: true,
    write: false,
    metafile: true,
    format: 'esm',
    target: 'es2022',
  });
  const inputs = Object.values(metafile.outputs).flatMap((output) => Object.entries(output.inputs));
  return inputs.filter(([, { bytesInOutput }]) => bytesInOutput > 0).map(([file]) => file);
}

const TRAINING =
  /src\/(data|losses|optimizers)\/|training-worker|models\/(trainer|step|fit|run|evaluate|snapshot|worker)/;

test('nothing of training', async () => {
  expect((await reached('predict')).filter((file) => TRAINING.test(file))).toEqual([]);
  expect((await reached('models')).filter((file) => TRAINING.test(file)).length).toBeGreaterThan(10);
});
