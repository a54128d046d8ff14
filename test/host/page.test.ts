import { describe, expect, it } from 'vitest';
import { pageHtml } from '../../src/host/panel/page.ts';

const PARTS = {
  nonce: 'bm9uY2U=',
  source: 'https://*.vscode-cdn.net',
  script: 'https://file.vscode-cdn.net/panel.js',
  style: 'https://file.vscode-cdn.net/panel-style.css',
};
const html = pageHtml(PARTS);

/** The policy by its directives. */
const policy = Object.fromEntries(
  (/http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1] ?? '')
    .split('; ')
    .map((directive) => {
      const [name = '', ...sources] = directive.split(' ');
      return [name, sources];
    }),
);

describe('the page of the panel', () => {
  it('lets in its own style, its own fonts and one script, and nothing else', () => {
    expect(policy).toEqual({
      'default-src': ["'none'"],
      'script-src': [`'nonce-${PARTS.nonce}'`],
      'style-src': [PARTS.source],
      'font-src': [PARTS.source],
    });
  });

  it('allows nothing that could be written into it to be run', () => {
    expect(html).not.toMatch(/unsafe-|data:|blob:|\son\w+=|style="|<style|javascript:/i);
    const scripts = html.match(/<script\b[^>]*>/g);
    expect(scripts).toEqual([`<script nonce="${PARTS.nonce}" src="${PARTS.script}">`]);
    expect(html).toContain(`<script nonce="${PARTS.nonce}" src="${PARTS.script}"></script>`);
  });

  it('has its policy before everything that the policy is for', () => {
    expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf(PARTS.style));
    expect(html.indexOf(PARTS.style)).toBeLessThan(html.indexOf(PARTS.script));
  });

  it('has a language, a title and a place for the panel', () => {
    expect(html).toMatch(/^<!DOCTYPE html>\n<html lang="en">/);
    expect(html).toMatch(/<title>[^<]+<\/title>/);
    expect(html).toContain('<div id="panel"></div>');
  });
});
