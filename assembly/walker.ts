// Exports of the first group's module besides kernels: the walker of programs, with and without threads.
export { run, run as dispatch15 } from "./program"; // in the table, at WALKER_PLACE, for loops
export { relaxed } from "./variant";
export { resume, runShared, workerLoop } from "./threads";
