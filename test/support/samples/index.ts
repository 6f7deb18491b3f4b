import { activationSamples } from './activation.js';
import { attentionSamples } from './attention.js';
import { contractionSamples } from './contraction.js';
import { convSamples } from './conv.js';
import { decompositionSamples } from './decompositions.js';
import { elementwiseSamples } from './elementwise.js';
import { linalgSamples } from './linalg.js';
import { matmulSamples } from './matmul.js';
import { normalizationSamples } from './normalization.js';
import { reduceSamples } from './reduce.js';
import { scanSamples } from './scan.js';
import type { Sample } from './sample.js';
import { shapeSamples } from './shape.js';
import { sortingSamples } from './sorting.js';

/** Every operation of the package. */
export const samples: readonly Sample[] = [
  ...elementwiseSamples,
  ...activationSamples,
  ...shapeSamples,
  ...sortingSamples,
  ...reduceSamples,
  ...matmulSamples,
  ...contractionSamples,
  ...normalizationSamples,
  ...attentionSamples,
  ...linalgSamples,
  ...decompositionSamples,
  ...scanSamples,
  ...convSamples,
];
