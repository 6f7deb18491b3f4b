'use client';
import { useEffect, useState } from 'react';
import './train.mjs';

export function Trained() {
  const [answer, setAnswer] = useState('');
  useEffect(() => {
    void globalThis.wasmgradResult.then(setAnswer);
  }, []);
  return <pre id="browser">{answer}</pre>;
}
