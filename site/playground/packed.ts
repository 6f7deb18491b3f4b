// Code as part of an address, made while the site is built; share.ts does the same in the page.
import { deflateRawSync } from 'node:zlib';

export const packed = (code: string): string => deflateRawSync(code, { level: 9 }).toString('base64url');
