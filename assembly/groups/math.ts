// Elementary functions and reductions that networks rarely need.
export const group = 2;
export { maxReduce, minReduce } from "../reduce/extrema";
export { gather, scatterAdd } from "../shape/gather";
export { logSumExpReduce } from "../reduce/log-sum-exp";
export { philoxFill } from "../random/fill";
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
export { maximumI32, minimumI32, greaterI32, lessI32, equalI32 } from "../elementwise/binary-i32";
export { fillI32, arangeF32, select } from "../elementwise/data";
