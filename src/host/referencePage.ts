/** An entry of the reference of diagnostics. */
export interface ReferenceEntry {
  readonly code: string;
  /** Of its heading, from 0. */
  readonly line: number;
  /** The first line below the heading that says something, without its markup. */
  readonly summary: string;
}

/** The entries of docs/diagnostics.md or docs/settings.md, in its order: one heading `### \`code\`` each. Pure. */
export function referenceEntries(page: string): ReferenceEntry[] {
  const lines = page.split(/\r?\n/);
  return lines.flatMap((text, line) => {
    const code = /^##+\s+`([\w.[\]-]+)`\s*$/.exec(text)?.[1];
    return code === undefined ? [] : [{ code, line, summary: summaryBelow(lines, line) }];
  });
}

function summaryBelow(lines: readonly string[], heading: number): string {
  const below = lines.slice(heading + 1);
  const end = below.findIndex((line) => line.startsWith('#'));
  const first = below.slice(0, end === -1 ? undefined : end).find((line) => /\w/.test(line)) ?? '';
  return first.replace(/[*`]|^[-\s]+/g, '').trim();
}

/**
 * What a link to the heading of a code ends with in the editor's Markdown preview: as GitHub makes it, lower case and without
 * punctuation (`slugify.ts` of VS Code's markdown-language-features).
 */
export function fragmentOf(code: string): string {
  return code.toLowerCase().replace(/[^\w-]/g, '');
}
