import { init, tensor, compile, grad, tidy, add, div, mul, mean, sqrt, square, sub, sum, ones, zeros, randomNormal, batchNormalization, layerNormalization, type Tensor } from '../src/index.js';
await init({ threads: 1 });
const composed = (axis: 0 | 1) => (x: Tensor, g: Tensor, b: Tensor): Tensor => {
  const c = sub(x, mean(x, { axis, keepDims: true }));
  const v = mean(square(c), { axis, keepDims: true });
  return add(mul(div(c, sqrt(add(v, 1e-3))), g), b);
};
const time = (f: () => void): number => { let best = Infinity; for (let r = 0; r < 30; r++) { const t = performance.now(); f(); best = Math.min(best, performance.now() - t); } return best; };
for (const [rows, cols] of [[43264, 16], [10816, 32], [64, 128], [2048, 256], [4, 8]] as const) {
  const x = randomNormal([rows, cols], { seed: 1 }); const g = ones([cols]); const b = zeros([cols]); const w = randomNormal([rows, cols], { seed: 2 });
  for (const [name, fused, comp] of [
    ['batch', (x: Tensor, g: Tensor, b: Tensor) => batchNormalization(x, g, b)[0], composed(0)],
    ['layer', (x: Tensor, g: Tensor, b: Tensor) => layerNormalization(x, g, b), composed(1)],
  ] as const) {
    const run = (f: (x: Tensor, g: Tensor, b: Tensor) => Tensor) => {
      const fw = compile(f); const bw = compile((x: Tensor, g: Tensor, b: Tensor) => grad((t: readonly Tensor[]) => sum(mul(f(t[0]!, t[1]!, t[2]!), w)))([x, g, b]));
      const n = rows * cols > 1e5 ? 2 : 50;
      const a = time(() => { for (let i = 0; i < n; i++) tidy(() => fw(x, g, b)); }) / n; const c = time(() => { for (let i = 0; i < n; i++) tidy(() => bw(x, g, b)); }) / n;
      fw.dispose(); bw.dispose(); return [a, c];
    };
    const [f1, f2] = run(fused); const [c1, c2] = run(comp);
    console.log(name, rows, cols, 'forward', f1!.toFixed(4), c1!.toFixed(4), (c1! / f1!).toFixed(2), ' step', f2!.toFixed(4), c2!.toFixed(4), (c2! / f2!).toFixed(2));
  }
}
