// Cross-validation that keeps what was said of every row.
import type { Table } from '../data/index.js';
import type { History } from '../models/index.js';
import { kFold } from '../selection/index.js';
import { judge } from './judging.js';
import { buildNetwork, fitOptionsFor, type Recipe } from './network.js';
import type { Outcome } from './outcome.js';

export interface FoldOutcome {
  readonly outcome: Outcome;
  readonly history: History;
}

/** Trains a network for each fold, and lets it judge the rows that it has not seen. `onEpoch` is told of every epoch. */
export async function crossValidated(
  table: Table,
  recipe: Recipe,
  folds: number,
  onEpoch: (fold: number) => void,
): Promise<FoldOutcome[]> {
  const results: FoldOutcome[] = [];
  const split = kFold(table, { k: folds, stratified: table.classes !== undefined, seed: recipe.seed });
  for (const [fold, { train, test, preprocessing = table.preprocessing }] of split.entries()) {
    const seed = recipe.seed + fold;
    const model = buildNetwork(preprocessing.inputs.length, table, recipe, seed);
    try {
      const options = fitOptionsFor(table, recipe, seed);
      const history = await model.fit(train, { ...options, validation: test, onEpochEnd: () => onEpoch(fold) });
      results.push({ outcome: judge(model, preprocessing, train, test), history });
    } finally {
      model.dispose();
    }
  }
  return results;
}
