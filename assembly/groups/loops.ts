// Loops in recorded programs.
export const group = 9;
export { repeatSteps, takeStep, putStep } from "../loops/steps";
