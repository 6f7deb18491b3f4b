// Checks shared by the layers on images.
import { ShapeError, refuse } from '../../core/errors.js';
import type { Shape } from '../../core/shapes.js';

/** Checks that samples are images [height, width, channels]. */
export function imageSizes(kind: string, inputShape: Shape): [height: number, width: number, channels: number] {
  const [height = 0, width = 0, channels = 0] = inputShape;
  if (inputShape.length !== 3) {
    refuse(ShapeError, kind, 'input [batch, height, width, channels]', inputShape);
  }
  return [height, width, channels];
}

/** Checks that groups divide the input and the output channels. */
export function checkGroups(kind: string, groups: number, channels: number, filters: number): void {
  if (channels % groups === 0 && filters % groups === 0) return;
  refuse(ShapeError, kind, `groups to divide ${channels} input and ${filters} output channels`, groups);
}
