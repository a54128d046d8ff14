/** Text as HTML shows it: everything that comes from runs, data and models goes through here. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** A table with a head; cells are text. The first column is the rows' head. */
export function htmlTable(
  caption: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): string {
  const cell = (tag: 'td' | 'th', text: string, scope = ''): string =>
    `<${tag}${scope}>${escapeHtml(text)}</${tag}>`;
  const body = rows.map(
    ([first = '', ...rest]) =>
      `<tr>${cell('th', first, ' scope="row"')}${rest.map((text) => cell('td', text)).join('')}</tr>`,
  );
  const heads = head.map((text) => cell('th', text, ' scope="col"')).join('');
  return `<div class="wide"><table><caption>${escapeHtml(caption)}</caption><thead><tr>${heads}</tr></thead><tbody>${body.join('\n')}</tbody></table></div>`;
}
