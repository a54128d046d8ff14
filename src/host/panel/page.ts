export const SCRIPT_FILE = 'panel.js';
export const STYLE_FILE = 'panel-style.css';

export interface PageParts {
  /** Random, of this page alone. */
  readonly nonce: string;
  /** Where styles and fonts may come from, as a policy names it. */
  readonly source: string;
  /** Addresses. */
  readonly script: string;
  readonly style: string;
}

/**
 * The panel's page: nothing but its style and its script, and a policy that lets nothing else in. Everything shown in it comes
 * by message and is put in as text.
 */
export function pageHtml({ nonce, source, script, style }: PageParts): string {
  const policy = [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `font-src ${source}`,
  ].join('; ');
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Holdfast run</title>
<link rel="stylesheet" href="${style}">
</head>
<body>
<div id="panel"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
