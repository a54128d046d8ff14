import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LostFact, RunAction, ToPanel } from '../../src/protocol/panelMessages.ts';
import {
  missingBrowser,
  openBrowser,
  openPanel,
  THEME_NAMES,
  type PageOptions,
  type PanelPage,
} from './panelPage.ts';
import { recorded, type RecordedName } from './recorded.ts';

// The panel's page alone, in a real browser, with runs that really took place. What only a browser can tell is here.

const missing = await missingBrowser();

describe.skipIf(missing !== undefined)(
  `the panel's page${missing === undefined ? '' : ` (${missing})`}`,
  () => {
    let browser: Browser;
    beforeAll(async () => {
      browser = await openBrowser();
    });
    afterAll(() => browser.close());

    /** A page that shows a run as it was when so many events had been written; all of them by default. */
    async function show(name: RecordedName, count = Infinity, options: PageOptions = {}): Promise<PanelPage> {
      const panel = await openPanel(browser, options);
      const run = recorded(name);
      const seen = run.at(Math.min(count, run.lines.length));
      await panel.send(run.message(seen).message);
      await panel.send(run.facts(seen));
      await panel.page.locator('h1').waitFor();
      await drawn(panel);
      return panel;
    }

    /** Charts are drawn in the frames after a message. */
    async function drawn({ page }: PanelPage): Promise<void> {
      await page.waitForFunction(
        () => document.querySelector('#chart-knowledge .unseen')?.textContent !== '',
      );
      await page.evaluate(
        () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
      );
    }

    const textOf = (panel: PanelPage, selector: string): Promise<string> =>
      panel.page.locator(selector).innerText();
    const legend = (panel: PanelPage, chart: string): Promise<string> =>
      textOf(panel, `#chart-${chart} .legend`);

    it.each(THEME_NAMES)('is drawn in %s without a fault, and nothing sticks out', async (theme) => {
      const panel = await show('sft', Infinity, { theme });
      await panel.screenshot(`page-${theme}`);
      expect(panel.faults).toEqual([]);
      expect(await panel.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(
        true,
      );
      const lines = await panel.page.locator('#chart-knowledge canvas').evaluate((canvas) => {
        const { width, height } = canvas as HTMLCanvasElement;
        const pixels =
          (canvas as HTMLCanvasElement).getContext('2d')?.getImageData(0, 0, width, height).data ?? [];
        return pixels.filter((value, index) => index % 4 === 3 && value > 0).length;
      });
      expect(lines).toBeGreaterThan(1_000);
      await panel.page.close();
    });

    it('asks for the run, shows what it knows of it, and remembers which it was', async () => {
      const panel = await show('sft');
      await expect.poll(() => panel.said()).toEqual([{ type: 'ready' }, { type: 'drawn' }]);
      expect(await textOf(panel, 'h1')).toBe('facts');
      expect(await textOf(panel, '.status')).toBe('Finished');
      expect(await textOf(panel, '.tiles')).toMatch(/Held\s+0\.950\s+798 of 840\s+95 %: 0\.93 – 0\.96/);
      expect(await textOf(panel, '.tiles')).toMatch(/Forgetting\s+4\.7 %\s+40 lost\s+limit 5 %/);
      expect(await legend(panel, 'knowledge')).toMatch(/held\s*0\.950\s*known\s*1\.000\s*new\s*0\.957/);
      expect(await panel.page.locator('.chart:visible').count()).toBe(9);
      const state = await panel.page.evaluate(() => (window as unknown as { state: unknown }).state);
      expect(state).toMatchObject({ folder: '/home/ada/project/.holdfast/runs/x' });
      await panel.page.close();
    });

    it('grows with the run: what comes in pieces looks as if it had come at once', async () => {
      const run = recorded('self-distill');
      const panel = await openPanel(browser);
      const first = run.message(run.at(60));
      await panel.send(first.message);
      let told = first.told;
      for (const count of [61, 90, 140, 141, run.lines.length]) {
        const next = run.message(run.at(count), told);
        await panel.send(next.message);
        told = next.told;
      }
      await drawn(panel);
      const whole = await show('self-distill');
      for (const chart of [
        'knowledge',
        'forgetting',
        'loss',
        'drift',
        'kl',
        'learning_rate',
        'memory_bytes',
      ]) {
        expect(await legend(panel, chart)).toBe(await legend(whole, chart));
        const summary = `#chart-${chart} .unseen`;
        expect(await panel.page.locator(summary).textContent()).toBe(
          await whole.page.locator(summary).textContent(),
        );
      }
      expect(await legend(panel, 'loss')).toMatch(/total.*CE.*KD/s);
      expect(panel.faults).toEqual([]);
      await panel.page.close();
      await whole.page.close();
    });

    it('says what the engine does before there is anything to draw', async () => {
      const panel = await openPanel(browser);
      const run = recorded('sft');
      const seen = run.at(5);
      await panel.send(run.message(seen).message);
      expect(await textOf(panel, '.status')).toBe('Starting');
      expect(await textOf(panel, '.activity')).toMatch(/Asking the base what it knows|Tokenizing|Loading/);
      expect(await panel.page.locator('.chart:visible').count()).toBe(0);
      expect(await textOf(panel, '.lost .note')).toMatch(/asked what it knows/);
      await panel.screenshot('page-starting');
      await panel.page.close();
    });

    it('zooms by dragging, keeps all charts together, and shows everything again', async () => {
      const panel = await show('sft');
      const canvas = panel.page.locator('#chart-loss canvas');
      const box = await canvas.boundingBox();
      if (box === null) throw new Error('no canvas');
      const middle = box.y + box.height / 2;
      await panel.page.mouse.move(box.x + box.width * 0.4, middle);
      await panel.page.mouse.down();
      await panel.page.mouse.move(box.x + box.width * 0.7, middle, { steps: 5 });
      await panel.page.mouse.up();
      const reset = panel.page.locator('.toolbar vscode-button');
      await expect.poll(() => reset.innerText()).toMatch(/Reset Zoom \(step \d+ to step \d+\)/);
      const [from, to] = [...(await reset.innerText()).matchAll(/step (\d+)/g)].map((found) =>
        Number(found[1]),
      );
      expect(from).toBeGreaterThan(25);
      expect(to).toBeLessThan(105);
      await panel.page.mouse.dblclick(box.x + box.width / 2, middle);
      await expect.poll(() => reset.isHidden()).toBe(true);
      await panel.page.close();
    });

    it('can be read and steered by keyboard alone', async () => {
      const panel = await show('sft', 200);
      await panel.page.locator('#chart-forgetting').focus();
      await panel.page.keyboard.press('+');
      const reset = panel.page.locator('.toolbar vscode-button');
      await expect.poll(() => reset.isVisible()).toBe(true);
      const before = await reset.innerText();
      await panel.page.keyboard.press('ArrowRight');
      await expect.poll(() => reset.innerText()).not.toBe(before);
      await panel.page.keyboard.press('Escape');
      await expect.poll(() => reset.isHidden()).toBe(true);
      await panel.page.locator('[data-action="pause"]').focus();
      await panel.page.keyboard.press('Enter');
      expect(await panel.said()).toContainEqual({ type: 'act', action: 'pause' satisfies RunAction });
      // From the first thing that takes the focus on, Tab reaches the buttons, the controls, every chart and the search.
      const reached = new Set<string>();
      await panel.page.locator('body').click({ position: { x: 2, y: 2 } });
      for (let press = 0; press < 60; press++) {
        await panel.page.keyboard.press('Tab');
        reached.add(
          await panel.page.evaluate(
            () => document.activeElement?.id ?? document.activeElement?.localName ?? '',
          ),
        );
        reached.add(await panel.page.evaluate(() => document.activeElement?.localName ?? ''));
      }
      expect([...reached]).toEqual(
        expect.arrayContaining([
          'vscode-button',
          'vscode-single-select',
          'vscode-checkbox',
          'chart-loss',
          'chart-memory_bytes',
          'vscode-textfield',
        ]),
      );
      await panel.page.close();
    });

    it('offers only what the state of the run allows', async () => {
      const run = recorded('sft');
      const panel = await openPanel(browser);
      const buttons = async (status: Parameters<typeof run.at>[1]): Promise<string[]> => {
        await panel.send(run.message(run.at(100, status)).message);
        return panel.page
          .locator('.buttons vscode-button')
          .evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.action ?? ''));
      };
      const always = ['openLog', 'openConfig', 'duplicate'];
      expect(await buttons('running')).toEqual(['pause', 'stop', 'save', 'evaluate', ...always]);
      expect(await buttons('paused')).toEqual(['continue', 'stop', 'save', 'evaluate', ...always]);
      expect(await buttons('stopping')).toEqual(['kill', ...always]);
      expect(await buttons('lost')).toEqual(['resume', ...always]);
      expect(await textOf(panel, '.message')).toMatch(
        /gone without a last word.*Resume goes on from the checkpoint of step \d+/,
      );
      await panel.page.close();
    });

    it('finds lost facts by question and by answer', async () => {
      const panel = await show('sft');
      const rows = panel.page.locator('.facts tbody tr');
      expect(await rows.count()).toBe(40);
      await panel.page.locator('.lost vscode-textfield').locator('input').fill('educated harvard');
      await expect.poll(() => rows.count()).toBe(1);
      expect(await rows.first().innerText()).toMatch(
        /Benjamin Dale.*Royal Academy of Music.*Harvard University.*54/s,
      );
      await panel.page.locator('.lost vscode-textfield').locator('input').fill('nothing like it');
      await expect.poll(() => textOf(panel, '.lost .note')).toBe('No lost fact matches “nothing like it”.');
      await panel.page.close();
    });

    it('takes no text for markup, whoever wrote it', async () => {
      const panel = await openPanel(browser);
      const run = recorded('sft');
      const evil = '<img src=x onerror="window.hit=1"><b>bold</b> [x](command:y) $(icon)';
      const { message } = run.message(run.at(150));
      if (message.type !== 'snapshot') throw new Error('no snapshot');
      const fact: LostFact = { id: '1', question: evil, before: evil, now: evil, since: 3, source: evil };
      const warnings = [{ time: 0, message: evil }];
      const named = {
        ...message.run,
        title: evil,
        config: evil,
        method: evil,
        statusText: evil,
        warnings,
        damage: evil,
      };
      await panel.send({ ...message, run: named });
      await panel.send({ type: 'facts', facts: { step: 3, facts: [fact], total: 1, problem: undefined } });
      await expect.poll(() => textOf(panel, 'h1')).toBe(evil);
      expect(await panel.page.locator('img, b').count()).toBe(0);
      expect(await panel.page.evaluate(() => 'hit' in window)).toBe(false);
      expect(await textOf(panel, '.facts tbody')).toContain(evil);
      await panel.page.close();
    });

    it('comes back as it was left', async () => {
      const remembered = { folder: '/x', preferences: { x: 'epoch', smoothing: 0.99, log: true } };
      const panel = await show('sft', Infinity, { remembered });
      expect(await panel.page.locator('#chart-loss .unseen').textContent()).toMatch(/epoch/);
      expect(
        await panel.page
          .locator('.toolbar vscode-checkbox')
          .evaluate((box) => (box as HTMLInputElement).checked),
      ).toBe(true);
      await panel.page.close();
      // What an older version remembered must not keep it from starting.
      const other = await show('sft', Infinity, {
        remembered: { preferences: { x: 'moon', smoothing: 'much' }, folder: 7 },
      });
      expect(other.faults).toEqual([]);
      await other.page.close();
    });

    it('tells in words what it shows in pictures', async () => {
      const panel = await show('sft');
      const summary = await panel.page.locator('#chart-forgetting .unseen').textContent();
      expect(summary).toBe('Forgetting, step 0 to step 130: forgetting from 0.0 % to 4.7 %.');
      expect(await panel.page.locator('#chart-loss .unseen').textContent()).toMatch(
        /lowest .* at step \d+, highest .* at step \d+/,
      );
      expect(await textOf(panel, '[role="status"]')).toMatch(
        /^facts: Finished, step 130 of 130. held 0.950, new 0.957, forgetting 4.7 %\./,
      );
      await panel.page.close();
    });

    it('stands still where motion is not wanted', async () => {
      const panel = await show('sft', 100, { reducedMotion: true });
      const moving = await panel.page.evaluate(
        () => document.getAnimations().filter(({ playState }) => playState === 'running').length,
      );
      expect(moving).toBe(0);
      await panel.page.close();
    });

    it('says why a run cannot be shown, and shows it again when it can', async () => {
      const panel = await openPanel(browser);
      await panel.send({ type: 'gone', folder: '/x', message: 'The run is not there (any more).' });
      expect(await textOf(panel, '.waiting')).toBe('The run is not there (any more).');
      const run = recorded('sft');
      await panel.send(run.message(run.at(100)).message);
      await expect.poll(() => panel.page.locator('.waiting').isHidden()).toBe(true);
      await panel.send({ type: 'gone', folder: '/x', message: 'Gone again.' });
      // What was seen last stays, faint, below the reason.
      expect(await panel.page.locator('main').isVisible()).toBe(true);
      expect(await textOf(panel, '.waiting')).toBe('Gone again.');
      await panel.page.close();
    });

    it('leaves out what is no message of the host', async () => {
      const panel = await show('sft', 100);
      const before = await textOf(panel, 'main');
      for (const odd of [null, 1, 'x', {}, { type: 'other' }, { type: 7 }])
        await panel.page.evaluate((message) => window.postMessage(message, '*'), odd);
      await panel.send({
        type: 'facts',
        facts: { step: undefined, facts: [], total: 0, problem: 'x.json is damaged.' },
      } satisfies ToPanel);
      await expect.poll(() => textOf(panel, '.lost .note')).toBe('x.json is damaged.');
      expect((await textOf(panel, 'main')).slice(0, 60)).toBe(before.slice(0, 60));
      expect(panel.faults).toEqual([]);
      await panel.page.close();
    });

    it('fits a narrow window', async () => {
      const panel = await show('self-distill', 230, { width: 420, height: 800 });
      expect(await panel.page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth)).toBe(
        true,
      );
      await panel.screenshot('page-narrow');
      await panel.page.close();
    });
  },
);
