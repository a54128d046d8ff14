import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { afterAll } from 'vitest';
import { PATIENCE_MS } from './wait.ts';

const started: Promise<Browser>[] = [];

// Playwright ends it too when this process ends; here it is waited for.
afterAll(async () => {
  for (const browser of started.splice(0)) await (await browser).close();
});

/** A profile of its own in the browser that all tests of this process share. */
export async function newProfile(executablePath: string): Promise<BrowserContext> {
  if (started.length === 0) started.push(launch(executablePath));
  const [browser] = await Promise.all(started);
  if (browser === undefined) throw new Error('the browser was closed while a test still used it');
  const context = await browser.newContext({
    viewport: { width: 1280, height: 800 },
    permissions: ['clipboard-read', 'clipboard-write'],
  });
  context.setDefaultTimeout(PATIENCE_MS);
  return context;
}

function launch(executablePath: string): Promise<Browser> {
  // Chromium's sandbox refuses to work for root.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}
