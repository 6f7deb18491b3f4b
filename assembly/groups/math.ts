// Elementary functions and reductions that networks rarely need.
export const group = 2;
export { maxReduce, minReduce } from "../reduce/extrema";
export { sumI32Reduce, maxI32Reduce, minI32Reduce } from "../reduce/integers";
export { cumulativeSum } from "../reduce/cumulative";
export { gather, scatterAdd } from "../shape/gather";
export { takeAlong, scatterAlong } from "../shape/along";
export { argsortRows } from "../shape/argsort";
export { logSumExpReduce } from "../reduce/log-sum-exp";
export { philoxFill, normalNoise } from "../random/fill";
export {
  negMap,
  absMap,
  signMap,
  floorMap,
  squareMap,
  sqrtMap,
  reciprocalMap,
  expm1Map,
  log1pMap,
  erfMap,
  sinMap,
  cosMap,
} from "../elementwise/unary";
export {
  powBroadcast,
  maximumBroadcast,
  minimumBroadcast,
  greaterBroadcast,
  lessBroadcast,
  equalBroadcast,
} from "../elementwise/binary-rarer";
export {
  ceilMap,
  roundMap,
  rsqrtMap,
  exp2Map,
  log2Map,
  asinMap,
  acosMap,
  atanMap,
  sinhMap,
  coshMap,
} from "../elementwise/unary-rarer";
export {
  atan2Broadcast,
  modBroadcast,
  floorDivideBroadcast,
  modI32,
  floorDivideI32,
} from "../elementwise/binary-quotients";
export {
  notEqualBroadcast,
  greaterEqualBroadcast,
  notEqualI32,
  greaterEqualI32,
} from "../elementwise/binary-comparisons";
export { maximumI32, minimumI32, greaterI32, lessI32, equalI32 } from "../elementwise/binary-i32-rarer";
export { arangeF32, select } from "../elementwise/data";
