import { grouped } from '../../src/base/format.ts';
import type { LostFact, LostFactsView } from '../../src/protocol/panelMessages.ts';
import { fill, h, setText } from '../dom.ts';
import type { View } from './view.ts';

/** So many rows are drawn at once; the search finds the others. */
const SHOWN = 200;

/** Facts that were known and are answered wrongly now, with both answers. */
export function createFacts(): View {
  const heading = h('h2', {}, 'Facts being lost');
  const count = h('span', { class: 'count' });
  const search = h('vscode-textfield', { label: 'Search lost facts' });
  search.placeholder = 'Search question or answer';
  const rows = h('tbody');
  const header = ['Question', 'Before', 'Now', 'Since step'].map((name) => {
    const cell = h('th', {}, name);
    cell.scope = 'col';
    return cell;
  });
  const table = h('table', { class: 'facts' }, h('thead', {}, h('tr', {}, ...header)), rows);
  const note = h('p', { class: 'note' });
  let facts: LostFactsView | undefined;
  let wanted = '';
  const draw = (): void => {
    const found = matching(facts?.facts ?? [], wanted);
    const shown = found.slice(0, SHOWN);
    setText(count, facts?.step === undefined ? '' : `${grouped(facts.total)} at step ${grouped(facts.step)}`);
    setText(note, noteOf(facts, found.length, wanted));
    table.hidden = shown.length === 0;
    search.hidden = (facts?.total ?? 0) === 0;
    fill(rows, `${facts?.step} ${wanted} ${shown.map(({ id, now }) => `${id} ${now}`).join('\n')}`, () =>
      shown.map(rowOf),
    );
  };
  search.addEventListener('input', () => {
    wanted = search.value;
    draw();
  });
  return {
    element: h(
      'section',
      { class: 'lost', label: 'Facts being lost' },
      h('div', { class: 'section-head' }, heading, count, search),
      note,
      table,
    ),
    update: (state) => {
      facts = state.facts;
      draw();
    },
  };
}

/** Facts whose question or answers hold every word that is looked for. Pure. */
export function matching(facts: readonly LostFact[], wanted: string): readonly LostFact[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return facts;
  return facts.filter(({ question, before, now }) => {
    const text = `${question} ${before} ${now ?? ''}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function noteOf(facts: LostFactsView | undefined, found: number, wanted: string): string {
  if (facts?.problem !== undefined) return facts.problem;
  if (facts?.step === undefined)
    return 'Before the first step the base model is asked what it knows; from then on every evaluation tells which of these facts are lost.';
  if (facts.total === 0)
    return 'None: every held fact that was answered right at the reference step still is.';
  if (found === 0) return `No lost fact matches “${wanted}”.`;
  const hidden = (wanted.trim() === '' ? facts.total : found) - Math.min(found, SHOWN);
  return hidden > 0 ? `${grouped(hidden)} more: search to find them.` : '';
}

function rowOf({ question, before, now, since }: LostFact): HTMLElement {
  const cells = [
    h('td', {}, question),
    h('td', { class: 'was' }, before),
    h('td', { class: 'is' }, now ?? '(not asked)'),
    h('td', { class: 'number' }, grouped(since)),
  ];
  return h('tr', {}, ...cells);
}
