// The vector functions, each on four floats. Accuracy bounds are in test/assembly/simd.
export { exp4, expWithTail4, expm1_4, sigmoid4, tanh4 } from "./exp";
export { log1p4, log4, softplus4 } from "./log";
export { erf4 } from "./normal";
export { pow4 } from "./pow";
export { cos4, sin4 } from "./trigonometry";
