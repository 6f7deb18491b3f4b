// Functions applied to each element. The Jacobian is diagonal, so both modes use the same derivative.
import { applyOne, type Applied, type Maybe, type Op, type RuleAttributes, type Rules } from '../../autodiff/op.js';
import { call, type Kernel } from '../../runtime/kernels.js';
import type { Tensor } from '../../tensors/tensor.js';
import { only } from './arguments.js';
import { checkDType, withOperands, type Operand } from './operands.js';

/** A kernel from x to y for a range of elements. Its parameters stand between y and the range. */
export type MapKernel<A extends readonly number[]> = Kernel<[x: number, y: number, ...A, begin: number, end: number]>;

/** direction * f'(x), from x and y = f(x), written with ops, for cotangents and tangents. */
type Derivative<A extends readonly number[]> = (direction: Tensor, x: Tensor, y: Tensor, ...parameters: A) => Tensor;

/** What a derivative reads. */
export type Reads = 'x' | 'y' | 'xy' | 'nothing';

/** An elementwise operation; the attributes are the kernel's parameters. */
export function pointwise<A extends readonly number[]>(
  name: string,
  kernel: MapKernel<A>,
  rules: Op<A>['rules'],
): Op<A> {
  return {
    name,
    infer: (inputs) => [{ shape: checkDType(name, only(inputs), 'f32').shape, dtype: 'f32' }],
    forward: (inputs, outputs, parameters) => {
      const x = only(inputs);
      call(kernel, x.pointer(), only(outputs).pointer(), ...parameters, 0, x.size);
    },
    rules,
  };
}

/** Names of the elementwise operations that do not have their own rules. */
export type TabledName = {
  [N in keyof RuleAttributes]: RuleAttributes[N] extends readonly number[] ? N : never;
}[keyof RuleAttributes];

/** An elementwise operation whose rules are in the table of the transformations. */
export function tabled<N extends TabledName>(name: N, kernel: MapKernel<RuleAttributes[N]>): Op<RuleAttributes[N]> {
  return pointwise(name, kernel, (table) => table[name]);
}

/** Both rules of an elementwise operation. */
export function diagonal<A extends readonly number[]>(derivative: Derivative<A>, reads: Reads = 'x'): Rules<A> {
  const rule = ({ inputs, outputs, attributes }: Applied<A>, [direction]: readonly Maybe[]): readonly Maybe[] => [
    direction && derivative(direction, only(inputs), only(outputs), ...attributes),
  ];
  return { vjp: rule, jvp: rule, saves: { inputs: reads.includes('x'), outputs: reads.includes('y') } };
}

/** An elementwise operation with its own rules, which are given by its derivative. */
export function elementwise<A extends readonly number[]>(
  name: string,
  kernel: MapKernel<A>,
  derivative: Derivative<A>,
  reads?: Reads,
): Op<A> {
  return pointwise(name, kernel, diagonal(derivative, reads));
}

/** The public form of an operation with one operand. */
export function unary<A extends readonly number[]>(op: Op<A>, x: Operand, ...attributes: A): Tensor {
  return withOperands(op.name, [x], (operands) => applyOne(op, operands, attributes));
}
