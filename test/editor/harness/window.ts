import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { BrowserContext, FrameLocator, Locator, Page } from 'playwright-core';
import type { Hosts } from './hosts.ts';
import { areGone, isAlive } from './processes.ts';
import { comesTrue, PATIENCE_MS, until } from './wait.ts';

const SCREENSHOTS = fileURLToPath(new URL('../../.out/screenshots', import.meta.url));
/** Short: asked again and again until PATIENCE_MS is over. */
const GLANCE_MS = 3000;
/** For what is there already or not at all. */
const BLINK_MS = 300;
const STORING_MS = 10_000;

/** One window of VS Code, with an extension host of its own. */
export interface Window {
  readonly page: Page;
  /** Runs the body of an async function, with `vscode` and `require`, in this window's extension host. */
  readonly ask: <T>(body: string) => Promise<T>;
  /** Process number of this window's extension host. */
  readonly host: () => number;
  /** From the palette, by its whole title as shown there ("Developer: Reload Window"). */
  readonly command: (title: string) => Promise<void>;
  /** Reload Window; done when the old extension host has ended and a new one answers. */
  readonly reload: () => Promise<void>;
  /** Closes the page; done when its extension host has ended. */
  readonly close: () => Promise<void>;
  /** Content of a visible webview, the first unless told otherwise. */
  readonly panel: (index?: number) => FrameLocator;
  /** Path of a picture in test/.out/screenshots. */
  readonly screenshot: (name: string) => Promise<string>;
  /** Clicks the entry of the open quick pick that has this text in it; done when the pick has gone or changed. */
  readonly pick: (text: string) => Promise<void>;
  /** Types into the open input box, over what is there, and presses Enter; done when the box has gone or changed. */
  readonly input: (text: string) => Promise<void>;
  /** Messages of the notifications on the screen. */
  readonly notifications: () => Promise<string[]>;
  /** The button of that text on a notification, or on the one that has `message` in it. */
  readonly pressNotification: (button: string, message?: string) => Promise<void>;
  /** The button of that text in the modal dialog. */
  readonly pressDialog: (button: string) => Promise<void>;
  readonly statusBar: (text: string | RegExp) => Locator;
  /** Opens the view container of that title in the side bar. */
  readonly revealView: (title?: string) => Promise<void>;
  /** Rows of the trees now in the side bar, or of the tree in the section of that title: label, then description. */
  readonly treeItems: (section?: string) => Promise<string[]>;
}

/** A page that shows `url`; resolves when the workbench is up and its extension host answers. */
export async function openWindow(context: BrowserContext, url: string, hosts: Hosts): Promise<Window> {
  const page = await context.newPage();
  // The one dialog of the browser itself asks whether to leave the page: yes.
  page.on('dialog', (dialog) => void dialog.accept());
  const state = { host: await hosts.startedBy(() => goTo(page, url)) };
  const host = (): number => {
    // VS Code may start another by itself, when the folders of the workspace change for example.
    if (!isAlive(state.host) && !page.isClosed()) state.host = hosts.unclaimed() ?? state.host;
    return state.host;
  };
  const ask = async (body: string): Promise<unknown> => {
    const living = await until('an extension host', () => {
      if (page.isClosed()) throw new Error('the window to be asked is closed');
      return [host()].find(isAlive);
    });
    return hosts.ask(living, body);
  };
  const command = (title: string): Promise<void> => runCommand(page, title);
  return {
    page,
    host,
    ask: <T>(body: string) => ask(body) as Promise<T>,
    command,
    reload: async () => {
      const old = host();
      state.host = await hosts.startedBy(() => command('Developer: Reload Window'));
      await workbenchOf(page);
      await hasEnded(old);
    },
    close: async () => {
      const old = host();
      await leave(page);
      await hasEnded(old);
    },
    panel: (index = 0) =>
      page
        .locator('iframe.webview')
        .filter({ visible: true })
        .nth(index)
        .contentFrame()
        .frameLocator('iframe#active-frame'),
    screenshot: async (name) => {
      mkdirSync(SCREENSHOTS, { recursive: true });
      const path = join(SCREENSHOTS, `${name}.png`);
      await page.screenshot({ path });
      return path;
    },
    ...quickInputOf(page),
    ...messagesOf(page),
    ...sideBarOf(page),
    statusBar: (text) => page.locator('.statusbar-item').filter({ hasText: text }),
  };
}

async function goTo(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await workbenchOf(page);
}

async function workbenchOf(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
}

/**
 * VS Code stores what is open every five seconds only, in the browser. Asked whether the page may be left, it begins to
 * store at once, and goes on doing so because of a setting that makes it answer no. Its writes are waited for by a read
 * of our own, which the browser puts behind them.
 */
const STORE_WHAT_IS_OPEN = `(async () => {
  dispatchEvent(new Event('beforeunload', { cancelable: true }));
  await new Promise((resolve) => setTimeout(resolve, 100));
  const settled = (request) =>
    new Promise((resolve) => { request.onsuccess = request.onerror = request.onblocked = resolve; });
  for (const { name } of await indexedDB.databases()) {
    const opening = indexedDB.open(name);
    await settled(opening);
    for (const store of opening.result.objectStoreNames) {
      await settled(opening.result.transaction(store).objectStore(store).count());
    }
    opening.result.close();
  }
})()`;

/** Closes the page; what was open in it is there again when the workspace is opened again. */
export async function leave(page: Page): Promise<void> {
  if (page.isClosed()) return;
  // A page that is just loading, or hangs, has nothing to store.
  const stored = page.evaluate(STORE_WHAT_IS_OPEN).catch(() => undefined);
  await Promise.race([stored, sleep(STORING_MS, undefined, { ref: false })]);
  await page.close();
}

async function hasEnded(host: number): Promise<void> {
  const ended = await areGone(() => [host].filter(isAlive));
  if (!ended)
    throw new Error(`extension host ${host} still lives ${PATIENCE_MS / 1000} s after its window closed`);
}

async function runCommand(page: Page, title: string): Promise<void> {
  const box = quickInput(page);
  const row = box.getByRole('option', { name: startsWith(title) }).first();
  // Keys pressed before the workbench listens are lost, and a command shows once its extension is known: try again.
  const ready = await comesTrue(async () => {
    await page.keyboard.press('F1');
    const field = box.locator('input[type=text]').first();
    if (!(await shows(field, GLANCE_MS))) return false;
    // It may close again under our hands, where something else takes the focus.
    const isTyped = await field.fill(`>${title}`, { timeout: GLANCE_MS }).then(
      () => true,
      () => false,
    );
    if (!isTyped) return false;
    if (await shows(row, GLANCE_MS)) return true;
    await page.keyboard.press('Escape');
    return false;
  });
  if (!ready) throw new Error(`no command "${title}" in the palette`);
  await clickClear(page, row);
}

function quickInput(page: Page): Locator {
  return page.locator('.quick-input-widget').filter({ visible: true });
}

/** A row is read out as its label, and after a comma its keys, its group and so on; a tab with a badge after a dash. */
function startsWith(title: string, dash = ','): RegExp {
  return new RegExp(`^${title.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(,|${dash}|$)`);
}

async function shows(locator: Locator, timeout: number): Promise<boolean> {
  return locator.waitFor({ timeout }).then(
    () => true,
    () => false,
  );
}

function quickInputOf(page: Page): Pick<Window, 'pick' | 'input'> {
  const box = quickInput(page);
  /** What is asked; undefined while nothing is. */
  const question = async (): Promise<string | undefined> => {
    if ((await box.count()) === 0) return undefined;
    try {
      const field = box.locator('input[type=text]').first();
      const hint = await field.getAttribute('placeholder', { timeout: BLINK_MS });
      return `${hint ?? ''}\n${await box.innerText({ timeout: BLINK_MS })}`;
    } catch {
      // It went while it was read.
      return undefined;
    }
  };
  const answer = async (act: () => Promise<void>): Promise<void> => {
    const before = await question();
    await act();
    // A question asked twice in the same words, after an answer it refuses, looks unchanged: go on then.
    await comesTrue(async () => (await question()) !== before, GLANCE_MS);
  };
  return {
    pick: async (text) => {
      const row = box.getByRole('option').filter({ hasText: text }).first();
      await row.waitFor();
      await answer(() => clickClear(page, row));
    },
    input: async (text) => {
      const field = box.locator('input[type=text]').first();
      await field.fill(text);
      await answer(() => field.press('Enter'));
    },
  };
}

/** Clicks what the hover of a row under the resting mouse may cover: away first, and again if one came between. */
async function clickClear(page: Page, target: Locator): Promise<void> {
  const clicked = await comesTrue(async () => {
    await page.mouse.move(0, 0);
    return target.click({ timeout: GLANCE_MS }).then(
      () => true,
      () => false,
    );
  });
  // Once more in vain, for what it says.
  if (!clicked) await target.click({ timeout: GLANCE_MS });
}

function messagesOf(page: Page): Pick<Window, 'notifications' | 'pressNotification' | 'pressDialog'> {
  const toasts = page.locator('.notifications-toasts .notification-list-item');
  return {
    notifications: () => toasts.locator('.notification-list-item-message').allInnerTexts(),
    pressNotification: async (button, message) => {
      const those = message === undefined ? toasts : toasts.filter({ hasText: message });
      await clickClear(page, those.getByRole('button', { name: button, exact: true }).first());
    },
    pressDialog: async (button) => {
      const box = page.locator('.monaco-dialog-box');
      await clickClear(page, box.getByRole('button', { name: button, exact: true }));
    },
  };
}

function sideBarOf(page: Page): Pick<Window, 'revealView' | 'treeItems'> {
  const bar = page.locator('.part.sidebar');
  return {
    revealView: async (title = 'Holdfast') => {
      const shown = bar.locator('.composite.title').filter({ hasText: title });
      const opened = await comesTrue(async () => {
        // A click on the one that is open would close it.
        if (await shown.isVisible()) return true;
        const icon = page
          .locator('.part.activitybar')
          .getByRole('tab', { name: startsWith(title, ' - ') })
          .first();
        await icon.click({ timeout: GLANCE_MS }).catch(() => undefined);
        return shows(shown, GLANCE_MS);
      });
      if (!opened) throw new Error(`no view "${title}" could be opened in the side bar`);
    },
    treeItems: async (section) => {
      const all = bar.locator('.pane');
      const pane =
        section === undefined ? all : all.filter({ has: page.getByRole('button', { name: section }) });
      const rows = await pane.getByRole('treeitem').all();
      const parts = rows.map((row) => row.locator('.label-name, .label-description').allInnerTexts());
      return (await Promise.all(parts)).map((texts) => texts.join(' '));
    },
  };
}
