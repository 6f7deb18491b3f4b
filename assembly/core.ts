// What every instance begins with: the walker of programs, the threads, and the kernels of the first group.
export { run } from "./program";
export { setWorkspace } from "./workspace";
export { relaxed } from "./variant";
export { resume, runShared, workerLoop } from "./threads";
export * from "./groups/core";
