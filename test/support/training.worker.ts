import { train } from './training.js';

onmessage = ({ data }: MessageEvent<number>) => {
  train(data).then(postMessage, (error: unknown) => {
    postMessage(String(error));
  });
};
