import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Writes a figure into a folder, made if need be; its path. */
export async function saveFigure(folder: string, name: string, svg: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${name}.svg`);
  await writeFile(path, svg);
  return path;
}
