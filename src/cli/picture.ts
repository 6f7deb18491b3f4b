// The picture of a training: learning curves, and predictions beside the truth.
import type { History } from '../models/index.js';
import { confusion, learningCurves, plot } from '../plot/index.js';
import type { FoldOutcome } from './folds.js';
import { isClasses, matrixOf, type NumberOutcome, type Outcome } from './outcome.js';

/** The mean of the folds' logs, epoch by epoch, as far as all of them go. */
function meanHistory(histories: readonly History[]): { epochs: Record<string, number>[] } {
  const [first] = histories;
  const length = Math.min(...histories.map(({ epochs: logs }) => logs.length));
  const epochs = (first?.epochs ?? [])
    .slice(0, length)
    .map((log, i) =>
      Object.fromEntries(
        Object.keys(log).map((name) => [
          name,
          histories.reduce((sum, { epochs: logs }) => sum + (logs[i]?.[name] ?? NaN) / histories.length, 0),
        ]),
      ),
    );
  return { epochs };
}

function scatter({ truth, predicted }: NumberOutcome, label: string): string {
  const [low, high] = [...truth, ...predicted].reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Infinity, -Infinity],
  );
  const points = truth.map((value, i): [number, number] => [value, predicted[i] ?? NaN]);
  const diagonal: [number, number][] = [
    [low, low],
    [high, high],
  ];
  return plot({
    title: 'Rows that the model has not seen',
    xLabel: `actual ${label}`,
    yLabel: 'predicted',
    series: [
      { name: 'rows', points, style: 'dots' },
      { name: 'equal', points: diagonal, style: 'guide' },
    ],
    square: true,
  });
}

/** The picture of an outcome: a confusion matrix, or predicted by actual numbers. */
export function outcomePicture(outcome: Outcome, label: string): string {
  if (!isClasses(outcome)) return scatter(outcome, label);
  return confusion(matrixOf(outcome), { labels: [...outcome.classes], title: 'Rows that the model has not seen' });
}

/** The mean learning curves of the folds, on rows that were trained on and on others. */
function curvesPicture(histories: readonly History[]): string {
  const title = histories.length > 1 ? `Learning curves, mean of ${histories.length} folds` : 'Learning curves';
  return learningCurves(meanHistory(histories), { title, names: ['training', 'unseen rows'] });
}

interface Placed {
  readonly text: string;
  readonly width: number;
  readonly height: number;
}

function sizeOf(svg: string): Placed {
  const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
  return { text: svg, width: Number(width), height: Number(height) };
}

/** Pictures below each other as one. */
function stacked(pictures: readonly string[]): string {
  const placed = pictures.map(sizeOf);
  const width = Math.max(...placed.map((picture) => picture.width));
  let y = 0;
  const parts = placed.map(({ text, height }) => {
    const part = text.replace('<svg ', `<svg y="${y}" `);
    y += height;
    return part;
  });
  // The paper of the pictures, whose style holds for the whole document
  const paper = `<rect class="paper" width="${width}" height="${y}"/>`;
  return `<svg xmlns="http://www.w3.org/2000/svg" class="wasmgrad-plot-auto" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}">\n${paper}\n${parts.join('')}</svg>\n`;
}

/** The whole picture of a training. */
export function trainingPicture(
  folds: readonly FoldOutcome[],
  history: History,
  outcome: Outcome | undefined,
  label: string,
): string {
  const histories = folds.length > 0 ? folds.map((fold) => fold.history) : [history];
  return stacked([curvesPicture(histories), ...(outcome ? [outcomePicture(outcome, label)] : [])]);
}
