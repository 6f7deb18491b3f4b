// The effect of the learning rate, batches of 64 (the lecture's Figure 9).
import { compareRuns, type StudyOptions, type StudyResult } from './study.js';

export function run(options: StudyOptions = {}): Promise<StudyResult> {
  const rates = ['1e-1', '1e-2', '1e-3', '1e-4', '1e-5'];
  const variants = Object.fromEntries(rates.map((rate) => [rate, { learningRate: Number(rate), batchSize: 64 }]));
  return compareRuns('learning-rate', 'Learning rate', variants, options);
}
