// This library with fused multiply and add; ../run.mjs sets what init and the engine need.
export { build, version } from './wasmgrad.mjs';

export const label = 'wasmgrad relaxed';
