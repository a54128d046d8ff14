/** Names of the colours that themes have for charts. Not orange: the default themes give it a brown that cannot be seen. */
export type Hue = 'blue' | 'green' | 'purple' | 'red' | 'yellow';

/** A dash of its own for every hue: colour alone tells nothing to many eyes, and little in high contrast. */
export const DASHES: Readonly<Record<Hue, readonly number[]>> = {
  blue: [],
  green: [2, 2],
  purple: [9, 3, 2, 3],
  red: [],
  yellow: [5, 2],
};

export interface Theme {
  readonly colour: (hue: Hue) => string;
  readonly text: string;
  readonly grid: string;
  readonly font: string;
  readonly background: string;
}

/** The colours of the editor's theme, as it is now. */
export function readTheme(): Theme {
  const style = getComputedStyle(document.body);
  const value = (name: string, otherwise: string): string => {
    const found = style.getPropertyValue(name).trim();
    return found === '' ? otherwise : found;
  };
  const isContrast = /\bvscode-high-contrast/.test(document.body.className);
  const text = value('--vscode-foreground', '#888');
  return {
    colour: (hue) => value(`--vscode-charts-${hue}`, FALLBACK[hue]),
    text: isContrast ? text : value('--vscode-descriptionForeground', text),
    grid: isContrast
      ? value('--vscode-contrastBorder', text)
      : value('--vscode-widget-border', value('--vscode-panel-border', '#8884')),
    font: value('--vscode-font-family', 'sans-serif'),
    background: value('--vscode-editor-background', '#fff'),
  };
}

const FALLBACK: Readonly<Record<Hue, string>> = {
  blue: '#3794ff',
  green: '#89d185',
  purple: '#b180d7',
  red: '#f14c4c',
  yellow: '#cca700',
};

/** The same colour, faint (0..1): for raw values under smoothed ones, and for bands. */
export function faint(colour: string, alpha: number): string {
  // A canvas writes every CSS colour in one of two ways, whatever the theme wrote.
  const canvas = document.createElement('canvas').getContext('2d');
  if (canvas === null) return colour;
  canvas.fillStyle = colour;
  const plain = canvas.fillStyle;
  const hex = /^#([\da-f]{2})([\da-f]{2})([\da-f]{2})$/i.exec(plain);
  const channels =
    hex === null ? plain.match(/[\d.]+/g)?.slice(0, 3) : hex.slice(1).map((part) => parseInt(part, 16));
  return channels === undefined ? colour : `rgba(${channels.join(', ')}, ${alpha})`;
}

/** Tells of a change of theme: VS Code changes the classes of the body. */
export function onThemeChange(listener: () => void): void {
  new MutationObserver(listener).observe(document.body, {
    attributes: true,
    attributeFilter: ['class', 'data-vscode-theme-id'],
  });
}
