// Cross-validation that keeps what was said of every row.
import type { Table } from '../data/index.js';
import type { History } from '../models/index.js';
import { kFold } from '../selection/index.js';
import { judge } from './judging.js';
import { buildNetwork, fitOptionsFor, stoppingOptions, type Recipe } from './network.js';
import type { Outcome } from './outcome.js';

export interface FoldOutcome {
  readonly outcome: Outcome;
  readonly history: History;
}

/** How far the work on the folds is: the fold, from 0, and the epochs of it that are done. */
export type FoldProgress = (fold: number, epoch: number) => void;

/**
 * Trains a network for each fold, and lets it judge the rows that it has not seen. `stops`: whether training ends when
 * it no longer gets better on spared rows of its own.
 */
export async function crossValidated(
  table: Table,
  recipe: Recipe,
  { folds, stops, onEpoch }: { readonly folds: number; readonly stops: boolean; readonly onEpoch: FoldProgress },
): Promise<FoldOutcome[]> {
  const results: FoldOutcome[] = [];
  const split = kFold(table, { k: folds, stratified: table.classes !== undefined, seed: recipe.seed });
  for (const [fold, { train, test, preprocessing = table.preprocessing }] of split.entries()) {
    const seed = recipe.seed + fold;
    const model = buildNetwork(preprocessing.inputs.length, table, recipe, seed);
    try {
      const history = await model.fit(train, {
        ...fitOptionsFor(table, recipe, seed),
        ...(stops ? stoppingOptions(recipe) : { validation: test }),
        onEpochEnd: ({ epoch }) => onEpoch(fold, epoch),
      });
      results.push({ outcome: judge(model, preprocessing, train, test), history });
    } finally {
      model.dispose();
    }
  }
  return results;
}
