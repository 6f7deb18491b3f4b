// Elementary functions and reductions that networks seldom need.
export { maxReduce, minReduce } from "../reduce/extrema";
export { gather, scatterAdd } from "../shape/gather";
export { logSumExpReduce } from "../reduce/log-sum-exp";
export { logSoftmaxRows, logSoftmaxGradient } from "../losses/softmax";
export { philoxFill } from "../random/fill";
export {
  negMap,
  absMap,
  signMap,
  floorMap,
  squareMap,
  sqrtMap,
  reciprocalMap,
  expMap,
  expm1Map,
  logMap,
  log1pMap,
  erfMap,
  sinMap,
  cosMap,
} from "../elementwise/unary";
export {
  divBroadcast,
  powBroadcast,
  maximumBroadcast,
  minimumBroadcast,
  greaterBroadcast,
  lessBroadcast,
  equalBroadcast,
} from "../elementwise/binary";
export { maximumI32, minimumI32, greaterI32, lessI32, equalI32 } from "../elementwise/binary-i32";
export { fillI32, arangeF32, castF32ToI32 } from "../elementwise/data";
