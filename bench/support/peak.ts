// The arithmetic peak of one core, with registers only (bench/assembly/peak.ts). All rates are compared with it.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Candidate } from './measure.js';

/** Rates in operations per second. */
export interface Peak {
  readonly multiply: number;
  readonly add: number;
  /** Multiplications and additions in the same loop. */
  readonly multiplyAdd: number;
  /** Multiplications plus additions, or the loop with both where that is faster. */
  readonly best: number;
}

type PeakKernel = 'peakMultiply' | 'peakAdd' | 'peakMultiplyAdd';
type PeakExports = Record<PeakKernel, (iterations: number) => number>;

/** Operations of one iteration of a peak kernel. */
const OPERATIONS = 48;
const ITERATIONS = 10_000;

function compile(): Uint8Array<ArrayBuffer> {
  const folder = fileURLToPath(new URL('../assembly/', import.meta.url));
  const target = fileURLToPath(new URL('../../build/peak.wasm', import.meta.url));
  const source = `${folder}peak.ts`;
  if (!existsSync(target) || statSync(target).mtimeMs < statSync(source).mtimeMs) {
    mkdirSync(fileURLToPath(new URL('../../build/', import.meta.url)), { recursive: true });
    const compiler = createRequire(import.meta.url).resolve('assemblyscript/bin/asc.js');
    const options = ['--outFile', target, '-O3', '--noAssert', '--runtime', 'stub', '--enable', 'simd'];
    // With a separate base directory, so that the library's asconfig.json does not apply.
    execFileSync(process.execPath, [compiler, 'peak.ts', '--baseDir', folder, ...options], { stdio: 'inherit' });
  }
  return new Uint8Array(readFileSync(target));
}

let loaded: readonly Candidate[] | undefined;

/** The loops whose rates are the peak, measured alternately with the candidates. */
export function peakCandidates(): readonly Candidate[] {
  if (loaded) return loaded;
  const exports = new WebAssembly.Instance(new WebAssembly.Module(compile())).exports as PeakExports;
  const loop = (name: PeakKernel): Candidate => ({
    name,
    run: (times) => {
      for (let i = 0; i < times; i++) exports[name](ITERATIONS);
    },
  });
  loaded = [loop('peakMultiply'), loop('peakAdd'), loop('peakMultiplyAdd')];
  return loaded;
}

/** The peak from the times of `peakCandidates`. */
export function peakOf(seconds: ReadonlyMap<string, number>): Peak {
  const rate = (name: PeakKernel): number => (OPERATIONS * ITERATIONS) / (seconds.get(name) ?? NaN);
  const [multiply, add, multiplyAdd] = [rate('peakMultiply'), rate('peakAdd'), rate('peakMultiplyAdd')];
  return { multiply, add, multiplyAdd, best: Math.max(multiply + add, multiplyAdd) };
}
