import { readFileSync } from 'node:fs';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import { ensureChromium } from '../../scripts/editor.mjs';
import { pageHtml } from '../../src/host/panel/page.ts';
import type { FromPanel, ToPanel } from '../../src/protocol/panelMessages.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const THEMES = join(ROOT, 'test', 'fixtures', 'themes');
const SCREENSHOTS = join(ROOT, 'test', '.out', 'screenshots');
const ORIGIN = 'http://panel.test';

export type ThemeName = 'dark' | 'light' | 'hc-dark' | 'hc-light';
export const THEME_NAMES: readonly ThemeName[] = ['dark', 'light', 'hc-dark', 'hc-light'];

/** The built page of the panel in a browser, with its real policy and the real colours of a theme, and nothing of an editor. */
export interface PanelPage {
  readonly page: Page;
  /** As the host does it. */
  send(message: ToPanel): Promise<void>;
  /** What the page has said. */
  said(): Promise<FromPanel[]>;
  /** What was broken: errors of the page, and what its policy kept out. */
  readonly faults: string[];
  screenshot(name: string): Promise<void>;
}

/** The reason why there is no browser here, or undefined. */
export async function missingBrowser(): Promise<string | undefined> {
  return (await ensureChromium()).missing;
}

export async function openBrowser(): Promise<Browser> {
  const { path, missing } = await ensureChromium();
  if (missing !== undefined) throw new Error(missing);
  const isRoot = process.getuid?.() === 0;
  return chromium.launch({ executablePath: path, args: isRoot ? ['--no-sandbox'] : [] });
}

export interface PageOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  /** What the page remembered before it was hidden. */
  readonly remembered?: unknown;
  readonly reducedMotion?: boolean;
}

export async function openPanel(browser: Browser, options: PageOptions = {}): Promise<PanelPage> {
  const { theme = 'dark', width = 1280, height = 900, remembered, reducedMotion = false } = options;
  const page = await browser.newPage({ viewport: { width, height } });
  const faults: string[] = [];
  page.on('pageerror', (error) => faults.push(String(error)));
  page.on('console', (entry) => {
    if (entry.type() === 'error' || /Content Security Policy/.test(entry.text())) faults.push(entry.text());
  });
  await serve(page);
  await page.addInitScript(standIn, { remembered });
  await page.addInitScript(paint, { ...readTheme(theme), reducedMotion });
  await page.goto(`${ORIGIN}/`);
  await page.waitForFunction(() => (window as unknown as Held).said.length > 0);
  return {
    page,
    faults,
    send: (message) => page.evaluate(deliver, encode(message)),
    said: () => page.evaluate(() => (window as unknown as Held).said),
    screenshot: async (name) => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
    },
  };
}

interface Held {
  said: FromPanel[];
  state: unknown;
}

async function serve(page: Page): Promise<void> {
  const html = pageHtml({
    nonce: 'test',
    source: ORIGIN,
    script: `${ORIGIN}/panel.js`,
    style: `${ORIGIN}/panel-style.css`,
  });
  await page.route(`${ORIGIN}/**`, async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: html });
    if (!/^panel(-style)?\.(js|css)$/.test(name)) return route.fulfill({ status: 404 });
    const contentType = name.endsWith('.css') ? 'text/css' : 'text/javascript';
    return route.fulfill({ contentType, body: readFileSync(join(ROOT, 'dist', 'webview', name)) });
  });
}

interface StoredTheme {
  readonly bodyClass: string;
  readonly variables: Readonly<Record<string, string>>;
}

function readTheme(name: ThemeName): StoredTheme {
  return JSON.parse(readFileSync(join(THEMES, `${name}.json`), 'utf8')) as StoredTheme;
}

/** In the page: what VS Code gives a webview. */
function standIn({ remembered }: { remembered: unknown }): void {
  const held = window as unknown as Held & { acquireVsCodeApi: unknown };
  held.said = [];
  held.state = remembered;
  held.acquireVsCodeApi = () => ({
    postMessage: (message: FromPanel) => held.said.push(message),
    getState: () => held.state,
    setState: (state: unknown) => (held.state = state),
  });
}

/** In the page: the theme, as VS Code puts it there. */
function paint({ bodyClass, variables, reducedMotion }: StoredTheme & { reducedMotion: boolean }): void {
  document.addEventListener('DOMContentLoaded', () => {
    document.body.className = reducedMotion ? `${bodyClass} vscode-reduce-motion` : bodyClass;
    for (const [name, value] of Object.entries(variables))
      document.documentElement.style.setProperty(name, value);
  });
}

/** Typed arrays do not cross as JSON. */
function encode(message: ToPanel): string {
  return JSON.stringify(message, (_key, value: unknown) =>
    value instanceof Float64Array ? { float64: Array.from(value, String) } : value,
  );
}

/** In the page: hands a message over as the host would. */
function deliver(text: string): void {
  const message: unknown = JSON.parse(text, (_key, value: unknown) => {
    const isArray = typeof value === 'object' && value !== null && 'float64' in value;
    return isArray ? Float64Array.from((value as { float64: string[] }).float64, Number) : value;
  });
  window.postMessage(message, '*');
}
