// Gradients of your own functions
import { compile, grad, init, mul, sin, sum, tensor } from 'wasmgrad';

await init();
const f = (x) => sum(mul(x, sin(x)));
const first = grad(f); // sin(x) + x cos(x)
const second = grad((x) => sum(first(x))); // 2 cos(x) - x sin(x)
const x = tensor([0, 1, 2]);
console.log('f   ', f(x).item());
console.log("f'  ", first(x));
console.log("f'' ", second(x));

const fast = compile(first); // recorded once, then one call into WebAssembly
fast(x).dispose();
const start = performance.now();
for (let i = 0; i < 10_000; i++) fast(x).dispose();
console.log(`${((performance.now() - start) / 10).toFixed(2)} µs for a gradient`);
