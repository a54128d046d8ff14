import type { PanelState } from '../state.ts';

/** A part of the page: made once, told of every change. */
export interface View {
  readonly element: HTMLElement;
  update(state: PanelState): void;
}
