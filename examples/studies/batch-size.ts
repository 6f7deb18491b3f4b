// The effect of the batch size, learning rate 1e-4 (the lecture's Figure 10).
import { compareRuns, type StudyOptions, type StudyResult } from './study.js';

export function run(options: StudyOptions = {}): Promise<StudyResult> {
  const sizes = [16, 32, 64, 128, 512];
  const variants = Object.fromEntries(sizes.map((size) => [`batch ${size}`, { learningRate: 1e-4, batchSize: size }]));
  return compareRuns('batch-size', 'Batch size', variants, options);
}
