// The ONNX nodes of every operation that ONNX can express. A new operation gets its line in one of these tables.
import type { Lower } from '../lowering.js';
import { elementwise } from './elementwise.js';
import { images } from './images.js';
import { products } from './products.js';
import { sequences } from './sequences.js';
import { shapes } from './shapes.js';

export const operators: ReadonlyMap<string, Lower> = new Map(
  Object.entries({ ...elementwise, ...shapes, ...products, ...images, ...sequences }),
);
