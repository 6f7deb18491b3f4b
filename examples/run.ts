// `npm run example NAME` runs examples/NAME.ts; without a name it lists them.
import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';

const folder = new URL('.', import.meta.url);
const names = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
  .map((file) => file.slice(0, -3))
  .sort();

/** The comment at the head of an example, as one line. */
async function description(name: string): Promise<string> {
  const lines = (await readFile(new URL(`${name}.ts`, folder), 'utf8')).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('// '));
  return lines
    .slice(0, end)
    .map((line) => line.slice(3))
    .join(' ');
}

const [name] = process.argv.slice(2);
if (name !== undefined && names.includes(name)) {
  const example = (await import(new URL(`${name}.ts`, folder).href)) as { run(): Promise<unknown> };
  await example.run();
} else {
  if (name !== undefined) {
    console.error(`example: expected one of ${names.join(', ')}, got '${name}'`);
    process.exitCode = 1;
  }
  console.log('npm run example NAME\n');
  for (const each of names) console.log(`  ${each.padEnd(20)} ${await description(each)}`);
}
