// Exports of the first group's module besides kernels: the walker of programs, with and without threads.
export { run } from "./program";
export { relaxed } from "./variant";
export { resume, runShared, workerLoop } from "./threads";
