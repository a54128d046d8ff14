import { describe, expect, it } from 'vitest';
import type { ToPanel } from '../../src/protocol/panelMessages.ts';
import {
  afterMessage,
  DEFAULTS,
  initialPanelState,
  isFromHost,
  memoryOf,
  SMOOTHINGS,
  type PanelState,
} from '../../webview/state.ts';
import { recorded } from './recorded.ts';

const run = recorded('sft');
const END = run.lines.length;
const fresh = (): PanelState => initialPanelState(undefined);
const stepsOf = (state: PanelState): number => state.series.column('loss').length;

/** What the host says of the run after so many events, and after so many more. */
function story(...counts: number[]): ToPanel[] {
  let told: Parameters<typeof run.message>[1];
  return counts.map((count) => {
    const next = run.message(run.at(count), told);
    told = next.told;
    return next.message;
  });
}

describe('what the host says', () => {
  it('is nothing at first', () => {
    expect(fresh()).toMatchObject({
      folder: undefined,
      run: undefined,
      facts: undefined,
      gone: undefined,
      zoom: undefined,
    });
    expect(stepsOf(fresh())).toBe(0);
  });

  it('grows piece by piece to what it is when it is told at once', () => {
    const pieces = story(100, 101, 250, END).reduce(afterMessage, fresh());
    const whole = story(END).reduce(afterMessage, fresh());
    expect(stepsOf(whole)).toBeGreaterThan(100);
    expect(pieces.run).toEqual(whole.run);
    expect(pieces.series.evaluations).toEqual(whole.series.evaluations);
    const losses = ({ series }: PanelState): number[] =>
      Array.from({ length: series.column('loss').length }, (_, index) => series.column('loss').at(index));
    expect(losses(pieces)).toEqual(losses(whole));
    expect(pieces.folder).toBe('/home/ada/project/.holdfast/runs/x');
  });

  it('whole once more takes the place of what was there: a resume cut it back', () => {
    const [early, late] = [story(100)[0]!, story(END)[0]!];
    const state = [late, early].reduce(afterMessage, fresh());
    expect(stepsOf(state)).toBe(stepsOf(afterMessage(fresh(), early)));
  });

  it('in pieces means nothing to a page that has not what was before', () => {
    const [, later] = story(100, END);
    const state = fresh();
    expect(afterMessage(state, later!)).toBe(state);
    expect(stepsOf(state)).toBe(0);
  });

  it('about lost facts replaces what was said about them, and nothing else', () => {
    const known = story(END).reduce(afterMessage, fresh());
    const facts = run.facts(run.at(END));
    const state = afterMessage(known, facts);
    expect(state.facts).toBe(facts.type === 'facts' ? facts.facts : undefined);
    expect(state.facts?.total).toBeGreaterThan(0);
    expect(state.run).toBe(known.run);
  });

  it('is that the run is gone, until it is there again', () => {
    const gone: ToPanel = { type: 'gone', folder: '/runs/x', message: 'It was deleted.' };
    const state = [...story(100), gone].reduce(afterMessage, fresh());
    expect(state).toMatchObject({ gone: 'It was deleted.', folder: '/runs/x' });
    expect(afterMessage(state, story(100)[0]!).gone).toBeUndefined();
    expect(afterMessage(state, story(100, 101)[1]!).gone).toBeUndefined();
    // Also before anything else was said: the page can then be restored to the right run.
    expect(afterMessage(fresh(), gone)).toMatchObject({ gone: 'It was deleted.', run: undefined });
  });

  it('leaves how the user wants the curves', () => {
    const preferences = { x: 'time', smoothing: 0, log: true } as const;
    const zoom = { from: 1, to: 2 };
    const state = story(100, END).reduce(afterMessage, { ...fresh(), preferences, zoom });
    expect(state).toMatchObject({ preferences, zoom });
  });
});

describe('what is remembered', () => {
  it('comes back, as JSON', () => {
    const preferences = { x: 'epoch', smoothing: 0.97, log: true } as const;
    const state = { ...story(100).reduce(afterMessage, fresh()), preferences };
    const back = initialPanelState(JSON.parse(JSON.stringify(memoryOf(state))));
    expect(back).toMatchObject({ folder: state.folder, preferences, run: undefined });
    expect(memoryOf(back)).toEqual(memoryOf(state));
  });

  it.each([
    undefined,
    null,
    5,
    'x',
    [],
    {},
    { preferences: null },
    { preferences: 5 },
    { preferences: { x: 'loss' } },
  ])('of an older version as %j is forgotten', (remembered) => {
    expect(initialPanelState(remembered)).toMatchObject({ folder: undefined, preferences: DEFAULTS });
  });

  it('is taken setting by setting', () => {
    const remembered = { folder: 5, preferences: { x: 'time', smoothing: 0.5, log: 'yes' } };
    expect(initialPanelState(remembered)).toMatchObject({
      folder: undefined,
      preferences: { x: 'time', smoothing: DEFAULTS.smoothing, log: false },
    });
    for (const smoothing of SMOOTHINGS)
      expect(initialPanelState({ preferences: { smoothing } }).preferences.smoothing).toBe(smoothing);
  });

  it('begins with something that can be chosen', () => {
    expect(SMOOTHINGS).toContain(DEFAULTS.smoothing);
  });
});

describe('messages of others', () => {
  it.each([undefined, null, 5, 'snapshot', {}, { type: 'ready' }, { type: 5 }, { kind: 'snapshot' }])(
    '%j is none of our host',
    (data) => {
      expect(isFromHost(data)).toBe(false);
    },
  );
  it('are told from ours', () => {
    for (const message of [...story(100, END), run.facts(run.at(END))])
      expect(isFromHost(message)).toBe(true);
    expect(isFromHost({ type: 'gone', folder: '', message: '' })).toBe(true);
  });
});
