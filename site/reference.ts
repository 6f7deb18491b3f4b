// The API reference as Markdown: TypeDoc reads every entry of package.json, with the docstrings.
import { rmSync } from 'node:fs';
import { Application } from 'typedoc';
import { entries, sourceOf } from './entries.js';
import { REFERENCE } from './pages.js';

/** Options of typedoc-plugin-markdown, which TypeDoc's own type does not know. */
const MARKDOWN = {
  outputFileStrategy: 'modules',
  hidePageHeader: true,
  hideBreadcrumbs: true,
  useCustomAnchors: true, // {#name} behind headings: what its links lead to
  parametersFormat: 'table',
  interfacePropertiesFormat: 'table',
  typeAliasPropertiesFormat: 'table',
  propertyMembersFormat: 'table',
  typeDeclarationFormat: 'table',
  typeDeclarationVisibility: 'compact',
};

/** Writes one Markdown file for each entry, and an index. Throws when TypeDoc reports an error or a link to nothing. */
export async function writeReference(): Promise<void> {
  rmSync(REFERENCE, { recursive: true, force: true });
  const app = await Application.bootstrapWithPlugins({
    entryPoints: entries().map(({ types }) => sourceOf(types)),
    tsconfig: 'tsconfig.json',
    plugin: ['typedoc-plugin-markdown'],
    readme: 'none',
    outputs: [{ name: 'markdown', path: REFERENCE }],
    disableSources: true,
    excludeExternals: true,
    excludeInternal: true,
    excludePrivate: true,
    skipErrorChecking: true, // `npm run typecheck` does it
    groupOrder: ['Functions', 'Variables', 'Classes', 'Interfaces', 'Type Aliases'],
    kindSortOrder: ['Function', 'Variable', 'Class', 'Interface', 'TypeAlias'],
    validation: { notExported: false, invalidLink: true, notDocumented: false },
    treatWarningsAsErrors: true,
    logLevel: 'Warn',
    ...MARKDOWN,
  });
  const project = await app.convert();
  if (!project) throw new Error('the reference: TypeDoc could not read the entries');
  app.validate(project);
  await app.generateOutputs(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new Error('the reference: TypeDoc complained, see above');
}
