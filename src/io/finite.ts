import { NonFiniteError, refuse } from '../core/errors.js';

/** Refuses to write what would be refused when it is read, while the file that is there is still whole. @throws NonFiniteError */
export function checkFinite(where: string, values: Readonly<Record<string, Float32Array | Float64Array>>): void {
  for (const [name, numbers] of Object.entries(values)) {
    const bad = numbers.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      refuse(NonFiniteError, where, 'finite numbers to write', `${numbers[bad]} in '${name}', element ${bad}`);
  }
}
