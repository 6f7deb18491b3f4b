// Whether what a file says of a graph in several places agrees, as it does when `model` has made it.
import { show } from '../core/checks.js';
import { FormatError, refuse } from '../core/errors.js';
import { checkShape, sameShape, shapeText, sizeOf, type Shape } from '../core/shapes.js';
import type { Layer } from '../layers/layer.js';
import type { Plan } from '../models/build.js';
import type { Placement } from '../models/placing.js';
import { mergedShape } from '../models/network.js';

/** The layers that take a row of inputs apart and put outputs into one. */
const [PART, ROW] = ['inputPart', 'outputRow'];

/** The inputs' shapes are those of the layers that take them out of the row, and those stand first. */
function checkInputs(where: string, { inputShape, inputShapes, placements }: Plan<Layer>): void {
  if (inputShapes && inputShapes.length < 2)
    refuse(FormatError, where, 'inputShapes of at least two inputs', inputShapes.length);
  const shapes = inputShapes ?? [];
  let begin = 0;
  let steps: number | undefined; // lengths belong to inputs of one number of steps
  for (const [i, shape] of shapes.entries()) {
    const { layer, inputs } = placements[i] ?? {};
    if (layer?.config?.['sequence'] === true) steps ??= shape[0];
    const sequence = layer?.config?.['sequence'] === true && steps === shape[0];
    const expected = JSON.stringify({ begin, shape, ...(sequence && { sequence }) });
    const found =
      layer?.kind === PART && inputs?.length === 1 && inputs[0] === 0 ? JSON.stringify(layer.config) : 'another layer';
    if (found !== expected) refuse(FormatError, where, `layer ${i + 1} to take out ${expected}`, found);
    begin += sizeOf(shape);
  }
  if (inputShapes && !sameShape(inputShape, [begin]))
    refuse(FormatError, where, `inputShape [${begin}] for inputs of ${shapes.map(shapeText).join(', ')}`, inputShape);
  for (const [i, { layer, inputs }] of placements.entries()) {
    if (i < shapes.length) continue;
    if (layer.kind === PART || (inputShapes && inputs.includes(0)))
      refuse(FormatError, where, `layer ${i + 1} to use what layers give`, 'the inputs themselves');
  }
}

/** The shape of every value: of the input, then of what each layer gives. */
function shapesIn(where: string, { inputShape, placements }: Plan<Layer>): Shape[] {
  const shapes = [inputShape];
  for (const { layer, inputs } of placements) {
    const given = inputs.map((from) => shapes[from] ?? inputShape);
    shapes.push(checkShape(where, mergedShape(layer, given)));
  }
  return shapes;
}

/** The outputs' shapes are those of the values in the last layer's row. */
function checkOutputs(where: string, plan: Plan<Layer>): void {
  const { outputShapes, placements } = plan;
  const last = placements.at(-1);
  placements.forEach(({ layer }, i) => {
    if (layer.kind === ROW && !(outputShapes && i === placements.length - 1))
      refuse(FormatError, where, 'several outputs side by side at the end only', `them in layer ${i + 1}`);
  });
  if (!outputShapes) return;
  if (outputShapes.length < 2) refuse(FormatError, where, 'outputShapes of at least two outputs', outputShapes.length);
  const ends = last?.layer.kind === ROW ? last.inputs : [];
  if (new Set(ends).size !== outputShapes.length || ends.length !== outputShapes.length)
    refuse(FormatError, where, `${outputShapes.length} outputs in the last layer`, show(ends));
  const shapes = shapesIn(where, plan);
  ends.forEach((from, i) => {
    const [expected = [], found = []] = [shapes[from], outputShapes[i]];
    if (!sameShape(expected, found)) refuse(FormatError, where, `output ${i} of shape ${shapeText(expected)}`, found);
  });
}

/** Nothing stands in the file that the outputs do not need, but inputs. */
function checkUsed(where: string, placements: readonly Placement<Layer>[]): void {
  const used = new Set(placements.flatMap(({ inputs }) => inputs));
  placements.forEach(({ layer }, i) => {
    if (i < placements.length - 1 && layer.kind !== PART && !used.has(i + 1))
      refuse(FormatError, where, `layer ${i + 1} to be used`, 'a model without it');
  });
}

/** What takes rows apart and together has no meaning inside of another layer. */
function checkInner(where: string, placements: readonly Placement<Layer>[]): void {
  for (const { layer } of placements)
    for (let { inner } = layer; inner; { inner } = inner)
      if (inner.kind === PART || inner.kind === ROW) refuse(FormatError, where, 'a layer to wrap', `'${inner.kind}'`);
}

/** Refuses a graph that contradicts itself. @throws FormatError; what a layer throws that does not fit its inputs */
export function checkGraph(where: string, plan: Plan<Layer>): void {
  checkInner(where, plan.placements);
  checkInputs(where, plan);
  checkUsed(where, plan.placements);
  checkOutputs(where, plan);
}
