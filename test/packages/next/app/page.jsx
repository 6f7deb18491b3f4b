import { Trained } from './trained';
import './train.mjs';

/** Trains while the page is made on the server, and again where it is shown. */
export default async function Page() {
  return (
    <>
      <pre id="server">{await globalThis.wasmgradResult}</pre>
      <Trained />
    </>
  );
}
