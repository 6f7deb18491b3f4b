// The licences of the packages that the site's scripts contain.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';

/** The folder of the package that a bundled file comes from, or undefined for files of our own. */
function packageOf(file: string): string | undefined {
  return /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** Name, version and licence text of every package among the inputs; throws where a package has no licence file. */
export function licencesOf(builds: readonly Metafile[]): string {
  const files = builds.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = new Set(files.map(packageOf).filter((folder) => folder !== undefined));
  const texts = [...folders].sort().map((folder) => {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, string>;
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`the site: ${folder} has no licence file`);
    return `${name ?? ''} ${version ?? ''}\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
  });
  return texts.join(`\n${'-'.repeat(80)}\n\n`);
}
