// The whole library in one module, for those who compile it themselves (`init({ module })`): export lines only. What
// the package brings along is one module a group, so that a page downloads the kernels it calls.
export * from "./core";
export * from "./groups/training";
export * from "./groups/math";
export * from "./groups/images";
export * from "./groups/sequences";
export * from "./groups/normalization";
export * from "./groups/linalg";
export * from "./generated/dispatch/all";
