import { bytes, grouped, percent, share } from '../../src/base/format.ts';
import type { ForgettingView, RunView, ShareView } from '../../src/protocol/panelMessages.ts';
import { h, setText } from '../dom.ts';
import type { View } from './view.ts';

interface Tile {
  readonly name: string;
  readonly title: string;
  readonly value: (run: RunView) => string;
  readonly detail: (run: RunView) => string;
  /** Colour of its edge: that of its curve. */
  readonly hue?: string;
  readonly isBad?: (run: RunView) => boolean;
}

const TILES: readonly Tile[] = [
  {
    name: 'Held',
    title: 'Facts the base model knew and that are never trained on: share still answered right',
    hue: 'yellow',
    value: ({ held }) => shareText(held),
    detail: ({ held }) => countText(held),
  },
  {
    name: 'Forgetting',
    title: '(best held share so far − held share now) / best held share so far',
    hue: 'red',
    value: ({ forgetting }) => (forgetting === undefined ? '–' : percent(forgetting.relative)),
    detail: ({ forgetting, maxForgetting }) =>
      forgetting === undefined ? 'not measured' : forgettingText(forgetting, maxForgetting),
    isBad: ({ forgetting, maxForgetting }) => forgetting !== undefined && forgetting.relative > maxForgetting,
  },
  {
    name: 'New',
    title: 'Rows it trains on and did not know: share answered right',
    hue: 'green',
    value: ({ new: unknown }) => shareText(unknown),
    detail: ({ new: unknown }) => countText(unknown),
  },
  {
    name: 'Known',
    title: 'Rows it trains on and knew: share answered right',
    hue: 'blue',
    value: ({ known }) => shareText(known),
    detail: ({ known }) => countText(known),
  },
  {
    name: 'Loss',
    title: 'Nats per counted token, last step',
    value: ({ loss }) => (loss === undefined ? '–' : Number.isFinite(loss) ? loss.toPrecision(3) : 'NaN'),
    detail: ({ secondsPerStep }) =>
      secondsPerStep === undefined ? '' : `${secondsPerStep.toPrecision(3)} s per step`,
    isBad: ({ loss }) => loss !== undefined && !Number.isFinite(loss),
  },
  {
    name: 'Speed',
    title: 'Tokens per second, last step',
    value: ({ tokensPerSecond }) => (tokensPerSecond === undefined ? '–' : grouped(tokensPerSecond)),
    detail: ({ memoryBytes }) =>
      memoryBytes === undefined ? 'tokens per second' : `tokens/s · ${bytes(memoryBytes)}`,
  },
];

/** The numbers that matter now. */
export function createTiles(): View {
  const parts = TILES.map((tile) => {
    const value = h('dd', { class: 'value' });
    const detail = h('dd', { class: 'detail' });
    const element = h(
      'div',
      { class: `tile ${tile.hue ?? ''}`, title: tile.title },
      h('dt', {}, tile.name),
      value,
      detail,
    );
    return { tile, element, value, detail };
  });
  return {
    element: h('dl', { class: 'tiles' }, ...parts.map(({ element }) => element)),
    update: ({ run }) => {
      if (run === undefined) return;
      for (const { tile, element, value, detail } of parts) {
        setText(value, tile.value(run));
        setText(detail, tile.detail(run));
        element.classList.toggle('bad', tile.isBad?.(run) ?? false);
      }
    },
  };
}

/** At the reference step itself nothing can be lost. */
function forgettingText({ lost, isReference }: ForgettingView, maxForgetting: number): string {
  const limit = maxForgetting < 1 ? `\nlimit ${Number((100 * maxForgetting).toPrecision(2))} %` : '';
  return isReference ? `at its best so far${limit}` : `${lost} lost${limit}`;
}

function shareText(value: ShareView | null): string {
  return value === null ? '–' : share(value.share);
}

function countText(value: ShareView | null): string {
  if (value === null) return 'not measured';
  const { correct, total, low, high } = value;
  return `${grouped(correct)} of ${grouped(total)}\n95 %: ${low.toFixed(2)} – ${high.toFixed(2)}`;
}
