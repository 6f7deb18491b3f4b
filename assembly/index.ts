// Export lines only, one group per room. The order gives the kernels their record ids.
export { run } from "./program";
export { setWorkspace } from "./workspace";
