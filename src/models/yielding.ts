/** Milliseconds of work after which other tasks of the page or event loop may run. */
const SLICE_MS = 12;

/** Lets the event loop run all waiting tasks. */
async function giveWay(): Promise<void> {
  await new Promise<void>((resolve) => {
    // Timers are throttled or clamped to 4 ms, but jsdom and some servers have no messages.
    if (typeof MessageChannel === 'undefined') {
      setTimeout(resolve);
      return;
    }
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * Returns a function to call between pieces of work. It yields to the event loop every few milliseconds, so that pages
 * stay responsive.
 */
export function yielding(slice = SLICE_MS): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since <= slice) return undefined;
    return giveWay().then(() => {
      since = performance.now();
    });
  };
}
