// Recurrent layers.
export const group = 4;
export const relaxable = true;
export { packPanels } from "../gemm/blocked";
export { lastStep, placeLastStep, reverseSteps, previousSteps } from "../recurrent/sequence";
export { simpleRnnForward, simpleRnnBackward } from "../recurrent/simple";
export { lstmForward, lstmBackward } from "../recurrent/lstm";
export { gruForward, gruBackward } from "../recurrent/gru";
