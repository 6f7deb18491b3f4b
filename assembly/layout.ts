// Facts that kernels and TypeScript share: addresses in linear memory, the layout of records, units of work, codes. They
// are written only here: the build evaluates these constants and writes src/runtime/generated/layout.ts, together with
// the fields of the blocks in conv/geometry.ts and optimizers/cells.ts.

// Linear memory: the control block of the threads (below), a scratch record, the groups' constants, a workspace for each
// thread, the heap.
/** The record of a single call that threads share. */
export const SCRATCH_RECORD: usize = 512;
/** Address of the constants of the first group of kernels, and distance to those of the next group. */
export const STATIC_BASE: i32 = 1024;
export const STATIC_STEP: i32 = 6400;
/** Address of the workspaces. */
export const STATIC_END: i32 = 131072;
/** Scratch memory of a thread: the packed panels of a matrix product are the largest user. */
export const WORKSPACE_BYTES: i32 = 1 << 20;
/** The last bytes of it: for work on one matrix of a batch, beside the panels of a product in f64. */
export const UNIT_BYTES: i32 = 320 * 1024;

// The control block of threads.ts, one cache line for each writer's cells.
export const TICKET: usize = 64; // i64 number of the job << 32 | pieces that nobody has taken
export const PENDING: usize = 128; // i32 pieces not yet done
export const WAITING: usize = 132; // i32 1 while the caller sleeps until PENDING is 0
export const HELPED: usize = 136; // i32 pieces that workers have done so far
export const RECORD: usize = 192; // usize, i32 units of a piece, i32 pieces of the job under way
export const CHUNK: usize = 196;
export const PIECES: usize = 200;
export const SLEEPERS: usize = 256; // i32 workers asleep
export const READY: usize = 260; // i32 workers that have arrived
export const BUSY: usize = 320; // i32 1 while a program runs
export const THREADS: usize = 324; // i32 including the caller
export const SPINS: usize = 328; // i32 looks at a cell before a thread goes to sleep; 0 when threads outnumber cores
export const MODULES: usize = 332; // i32 modules whose kernels may be called

/** Status of a program when a piece is not done after a nap; `resume` then continues to wait. */
export const STALLED: i32 = -1;
/** Nanoseconds for which the caller sleeps ("naps") at a time while it waits for pieces. */
export const NAP: i64 = 25_000_000;

// A record: u16 kernel, u16 pieces, u32 bytes, i32 begin, i32 end, arguments. A kernel is group << GROUP_SHIFT | place.
export const GROUP_SHIFT: i32 = 8;
export const RECORD_PIECES: usize = 2;
export const RECORD_BYTES: usize = 4;
export const RECORD_BEGIN: usize = 8;
export const RECORD_END: usize = 12;
export const RECORD_ARGUMENTS: usize = 16;
/** Size of the table with the dispatcher of each group; larger than the number of groups. */
export const DISPATCH_PLACES: i32 = 16;
/** The walker's own place in it: walker.ts exports it under that number. */
export const WALKER_PLACE: i32 = 15;

// Units that a work range counts.
/** Rows of a matrix product, when it has at least as many rows as columns; columns of one that has more of these. */
export const ROW_GRAIN: i32 = 5;
export const COLUMN_GRAIN: i32 = 8;
/** Pixels of a convolution. */
export const PIXEL_GRAIN: i32 = 5;
/** Input channels of a filter's gradient by Winograd's method. */
export const CHANNEL_GRAIN: i32 = 16;
/** Unused input channels after those of a filter that is transformed for tiles of 4 x 4 pixels. */
export const WINOGRAD4_SPARE: i32 = 2;
/** Sequences of a recurrent layer: four tiles of five rows, which gemm multiplies without packing B at every step. */
export const SEQUENCE_BLOCK: i32 = 20;

/** Floats per unit and step that the forward kernel saves for the backward kernel. */
export const LSTM_SAVED: i32 = 5;
export const GRU_SAVED: i32 = 4;

/** Largest size of a head whose attention fits into the workspace. */
export const LARGEST_HEAD: i32 = 256;

// Operations of the arithmetic kernels.
export const ADD: i32 = 0;
export const SUB: i32 = 1;
export const MUL: i32 = 2;
export const DIV: i32 = 3;

// Codes of the activations that a product applies to its own result.
export const FUSED_LINEAR: i32 = 0;
export const FUSED_RELU: i32 = 1;
export const FUSED_SIGMOID: i32 = 2;
export const FUSED_TANH: i32 = 3;
export const FUSED_LEAKY_RELU: i32 = 4;

// Least squares.
/** Columns whose reflections are gathered and applied to the others at once. */
export const REFLECTION_PANEL: i32 = 32;
/** Scratch arrays with a value per unknown, and with a value per unknown or equation. */
export const UNKNOWN_ARRAYS: usize = 3;
export const LONG_ARRAYS: usize = 11;

// Flags before the cells of an optimiser, f64 as they are, by their distance in bytes: whether every step takes care; whether
// this one does, so that updates leave the old parameters in place of the gradients; whether one has overflowed.
export const CAREFUL_FLAG: i32 = 24;
export const KEEPS_OLD_FLAG: i32 = 16;
export const OVERFLOW_FLAG: i32 = 8;

// Memory of unpack.ts, which is its own: the statistics of the contexts, the text, the bytes.
export const PACKED: usize = 0x120000;
export const UNPACKED: usize = 0x130000;
