// Where the kernels of Winograd's F(4 x 4, 3 x 3) keep values in the workspace. The distances between them are constants
// that depend on types, so that they become part of the instructions: about the form of the source see gemm/tile.ts.
import { ROWS } from "../gemm/tile";
import { CHANNELS, LINE, ROW } from "./winograd-multiply";

/** Positions of a transformed tile. */
export const POSITIONS: i32 = 36;
/** Tiles whose transformed values are in memory at a time: whole register tiles for a convolution. */
export const TILES: i32 = ROWS == 6 ? 24 : 20;
/** The same for the filter's gradient, whose products sum over tiles: as many as the workspace has room for. */
export const SUMMED_TILES: i32 = 32;

// The workspace begins with zeros, for pixels outside the image, and a tile of which only the columns are transformed.
export const PIXEL: usize = CHANNELS * 4;
export const COLUMNS_LINE: usize = 6 * PIXEL;
export const AFTER_COLUMNS: i32 = <i32>(PIXEL + 6 * COLUMNS_LINE);

/** From one position's values to the next position's. */
export const PLANE: usize = TILES * ROW;
export const SUMMED_PLANE: usize = SUMMED_TILES * ROW;
/** The same for products of eight output channels. */
export const PRODUCT_PLANE: usize = TILES * LINE;

// Where a line of results goes:
/** To the tile whose columns are transformed. */
export type ToColumns = u32;
/** To the positions of a tile, for a convolution. */
export type Convolved = i32;
/** To the positions of a tile, for the filter's gradient. */
export type Summed = i64;
