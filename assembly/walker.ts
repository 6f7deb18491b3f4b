// What the first group's module has besides kernels: the walker of programs, alone and with threads.
export { run } from "./program";
export { relaxed } from "./variant";
export { resume, runShared, workerLoop } from "./threads";
