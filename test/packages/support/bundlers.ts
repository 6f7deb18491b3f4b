// Every bundler as it comes, without a word of configuration for the package: entry in, files out.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeResolve } from '@rollup/plugin-node-resolve';
import { rspack, type Stats } from '@rspack/core';
import * as esbuild from 'esbuild';
import { rollup } from 'rollup';
import * as vite from 'vite';
import webpack from 'webpack';
import { APPS, type App } from './project.js';

export interface Bundler {
  readonly name: string;
  /** Where the output is meant to run. */
  readonly platform: 'browser' | 'node';
  /** Bundles the apps of a project into a folder: a file each to start from. */
  bundle(folder: string, output: string): Promise<Record<App, string>>;
}

/** A value for each app, by what makes it. */
function forEachApp<T>(make: (app: App) => T): Record<App, T> {
  return { train: make('train'), predict: make('predict') };
}

const viteBundler: Bundler = {
  name: 'Vite',
  platform: 'browser',
  async bundle(folder, output) {
    const input = forEachApp((app) => join(folder, `${app}.mjs`));
    const build = { outDir: output, rolldownOptions: { input } };
    const result = await vite.build({ root: folder, configFile: false, logLevel: 'silent', build });
    const { output: files } = Array.isArray(result) ? result[0]! : (result as vite.Rolldown.RolldownOutput);
    const fileOf = (app: App): string =>
      files.find((file) => file.type === 'chunk' && file.isEntry && file.name === app)?.fileName ?? '';
    return forEachApp((app) => join(output, fileOf(app)));
  },
};

function webpackBundler(target: 'web' | 'node'): Bundler {
  return {
    name: `webpack (${target})`,
    platform: target === 'web' ? 'browser' : 'node',
    async bundle(folder, output) {
      const compiler = webpack({
        mode: target === 'web' ? 'production' : 'development', // minifying takes it most of a minute on a busy machine
        target,
        context: folder,
        entry: forEachApp((app) => `./${app}.mjs`),
        output: { path: output, filename: '[name].cjs' },
        performance: false, // its advice on file sizes counts as warnings
      });
      const stats = await new Promise<webpack.Stats | undefined>((resolve, reject) => {
        compiler.run((error, done) => (error ? reject(error) : resolve(done)));
      });
      if (!stats || stats.hasErrors() || stats.hasWarnings()) throw new Error(stats?.toString());
      return forEachApp((app) => join(output, `${app}.cjs`));
    },
  };
}

function rspackBundler(target: 'web' | 'node'): Bundler {
  return {
    name: `rspack (${target})`,
    platform: target === 'web' ? 'browser' : 'node',
    async bundle(folder, output) {
      const compiler = rspack({
        mode: 'production',
        target,
        context: folder,
        entry: forEachApp((app) => `./${app}.mjs`),
        output: { path: output, filename: '[name].cjs' },
        performance: false, // as above
      });
      const stats = await new Promise<Stats | undefined>((resolve, reject) => {
        compiler.run((error, done) => (error ? reject(error) : resolve(done)));
      });
      if (!stats || stats.hasErrors() || stats.hasWarnings()) throw new Error(stats?.toString());
      return forEachApp((app) => join(output, `${app}.cjs`));
    },
  };
}

function rollupBundler(platform: Bundler['platform'], resolves: boolean): Bundler {
  return {
    name: `Rollup (${resolves ? `node-resolve, ${platform}` : 'plain'})`,
    platform,
    async bundle(folder, output) {
      const bundle = await rollup({
        input: APPS.map((app) => join(folder, `${app}.mjs`)),
        plugins: resolves ? [nodeResolve({ browser: platform === 'browser' })] : [],
        onwarn: (warning) => {
          // That it leaves the package to Node is what is wanted of Rollup without plugins.
          if (resolves || warning.code !== 'UNRESOLVED_IMPORT') throw new Error(warning.message);
        },
      });
      await bundle.write({ dir: output, format: 'es', entryFileNames: '[name].mjs' });
      await bundle.close();
      return forEachApp((app) => join(output, `${app}.mjs`));
    },
  };
}

function esbuildBundler(platform: Bundler['platform'], format: 'esm' | 'cjs' | 'iife'): Bundler {
  return {
    name: `esbuild (${platform}, ${format})`,
    platform,
    async bundle(folder, output) {
      const extension = format === 'cjs' ? '.cjs' : '.mjs';
      const { warnings } = await esbuild.build({
        entryPoints: APPS.map((app) => `${app}.mjs`),
        outdir: output,
        outExtension: { '.js': extension },
        absWorkingDir: folder,
        bundle: true,
        minify: true,
        platform,
        format,
        logLevel: 'silent',
      });
      if (warnings.length > 0) throw new Error(warnings.map(({ text }) => text).join('\n'));
      return forEachApp((app) => join(output, app + extension));
    },
  };
}

/** One of them, for who needs any. */
export const anyBundler = esbuildBundler('browser', 'esm');

const all: readonly Bundler[] = [
  viteBundler,
  webpackBundler('web'),
  webpackBundler('node'),
  rspackBundler('web'),
  rspackBundler('node'),
  rollupBundler('node', false),
  rollupBundler('node', true),
  rollupBundler('browser', true),
  anyBundler,
  esbuildBundler('browser', 'iife'),
  esbuildBundler('node', 'esm'),
  esbuildBundler('node', 'cjs'),
];

export const bundlers = {
  browser: all.filter(({ platform }) => platform === 'browser'),
  node: all.filter(({ platform }) => platform === 'node'),
};

/** Bundles the apps into a folder of the project that only this bundler writes to. */
export async function bundleApps(folder: string, bundler: Bundler): Promise<Record<App, string>> {
  const output = join(folder, bundler.name.replaceAll(/\W+/g, '-'));
  await mkdir(output, { recursive: true });
  return bundler.bundle(folder, output);
}

/** Vite as it is while developing: it serves the app's own modules and bundles the packages they use. */
export async function developmentServer(folder: string): Promise<{ origin: string; close(): Promise<void> }> {
  const options = { root: folder, configFile: false, logLevel: 'silent' } as const;
  const server = await vite.createServer({ ...options, server: { host: '127.0.0.1', port: 0 } });
  await server.listen();
  const origin = server.resolvedUrls?.local[0]?.replace(/\/$/, '') ?? '';
  return { origin, close: () => server.close() };
}
