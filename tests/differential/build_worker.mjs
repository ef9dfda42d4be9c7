// Bundles the heap-snapshot part of chrome-devtools-frontend into one module that Node can import.
//
//   node build_worker.mjs NODE_MODULES OUT.mjs
//
// Only the modules that compute are wanted. Three barrels would pull in the rest of DevTools (its editor, its generated
// translations, its event plumbing), so they are replaced by the few names in use here.
import {createRequire} from 'node:module';
import {resolve} from 'node:path';

const [nodeModules, outfile] = process.argv.slice(2).map(path => resolve(path));
if (!outfile) {
  console.error('usage: build_worker.mjs NODE_MODULES OUT.mjs');
  process.exit(2);
}
const esbuild = createRequire(nodeModules + '/')('esbuild');
const frontEnd = nodeModules + '/chrome-devtools-frontend/front_end';

const stubs = {
  // Progress messages are the only texts; they are dropped anyhow.
  'core/i18n/i18n.js': 'export const i18n = {serializeUIString: text => text};',
  'core/text_utils/text_utils.js': 'export * as TextUtils from "./TextUtils.ts";',
  'core/text_utils/ContentData.js': 'export class ContentData {}',
  'core/text_utils/ContentProvider.js': 'export class SearchMatch {}',
  'models/heap_snapshot/heap_snapshot.js': 'export * as HeapSnapshotModel from "./HeapSnapshotModel.ts";',
};

const stubPlugin = {
  name: 'stubs',
  setup(build) {
    for (const [path, contents] of Object.entries(stubs)) {
      const full = `${frontEnd}/${path}`;
      const file = path.slice(path.lastIndexOf('/') + 1);
      build.onResolve({filter: new RegExp(`/${file.replace('.', '\\.')}$`)}, args =>
        resolve(args.resolveDir, args.path) === full ? {path: full, namespace: 'stub'} : undefined);
      build.onLoad({filter: new RegExp(`/${path.replace('.', '\\.')}$`), namespace: 'stub'}, () =>
        ({contents, loader: 'js', resolveDir: full.slice(0, full.lastIndexOf('/'))}));
    }
  },
};

const worker = `${frontEnd}/entrypoints/heap_snapshot_worker`;
await esbuild.build({
  stdin: {
    contents: `export {JSHeapSnapshot, SecondaryInitManager} from '${worker}/HeapSnapshot.ts';
               export {HeapSnapshotLoader} from '${worker}/HeapSnapshotLoader.ts';`,
    resolveDir: frontEnd,
  },
  outfile,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
  plugins: [stubPlugin],
});
