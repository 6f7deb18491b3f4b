/** Milliseconds of work after which the page or event loop gets its turn. */
const SLICE_MS = 12;

/** Lets everything that waits run first. */
async function giveWay(): Promise<void> {
  // A message is not throttled or clamped to 4 ms as timers are.
  await new Promise<void>((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/** A function that gives way to the event loop when it is time, so that pages stay responsive and signals are seen. */
export function turns(slice = SLICE_MS): () => Promise<void> | undefined {
  let since = performance.now();
  return () => {
    if (performance.now() - since <= slice) return undefined;
    return giveWay().then(() => {
      since = performance.now();
    });
  };
}
