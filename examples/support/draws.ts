import { randomUniform } from 'wasmgrad';

/** A source of numbers in [0, 1), the same for the same seed on every machine. */
export function makeDraws(seed: number): () => number {
  let [block, at, blocks] = [new Float32Array(0), 0, 0];
  return () => {
    if (at === block.length) {
      using values = randomUniform([4096], { seed: 1000 * seed + blocks++ });
      [block, at] = [Float32Array.from(values.data()), 0];
    }
    return block[at++]!;
  };
}
