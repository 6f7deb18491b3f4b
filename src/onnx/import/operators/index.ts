// The operators by name. A file of this folder has those of one kind.
import type { Operators } from '../call.js';
import { activations } from './activations.js';
import { elementwise } from './elementwise.js';
import { images } from './images.js';
import { indexing } from './indexing.js';
import { losses } from './losses.js';
import { normalizations } from './normalizations.js';
import { products } from './products.js';
import { quantization } from './quantization.js';
import { recurrentOperators } from './recurrent.js';
import { reductions } from './reductions.js';
import { resizings } from './resizing.js';
import { shapes } from './shapes.js';
import { training } from './training.js';

export const operators: Operators = {
  ...activations,
  ...elementwise,
  ...images,
  ...indexing,
  ...losses,
  ...normalizations,
  ...products,
  ...quantization,
  ...recurrentOperators,
  ...reductions,
  ...resizings,
  ...shapes,
  ...training,
};
