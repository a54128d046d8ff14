import { readFileSync } from 'node:fs';
import { Uri } from 'vscode';
import { lazy } from '../../base/lazy.ts';
import { COMMANDS } from '../contributions.ts';
import { referenceEntries } from '../referencePage.ts';

/** Opens the page of a diagnostic; its argument is the code. */
export const REFERENCE_COMMAND = COMMANDS.openReference;

/** Where the reference says something about the code of a diagnostic. */
export type ReferenceOf = (code: string) => Uri;

/**
 * Places in docs/diagnostics.md for the codes beside diagnostics, which are links: the editor follows those to files, and ignores those to
 * commands. `#L12` is the twelfth line.
 * @param extension the extension's folder
 */
export function referenceIn(extension: Uri): ReferenceOf {
  const page = Uri.joinPath(extension, 'docs', 'diagnostics.md');
  const lines = lazy(() => new Map(entriesOf(page.fsPath).map(({ code, line }) => [code, line + 1])));
  return (code) => {
    const line = lines().get(code);
    return line === undefined ? page : page.with({ fragment: `L${line}` });
  };
}

function entriesOf(path: string): ReturnType<typeof referenceEntries> {
  try {
    return referenceEntries(readFileSync(path, 'utf8'));
  } catch {
    // Squiggles are worth more than their links.
    return [];
  }
}
