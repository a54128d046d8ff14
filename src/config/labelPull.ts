import type { About } from './about.ts';

/** How hard the teacher of a self-distilled run pulls against the labels. */
export interface LabelPull {
  /**
   * Below 1 a label can become the likeliest token, from 1 on it cannot: with two tokens in competition the gradient of
   * `ce + kd_weight T^2 KL` vanishes where the label has probability 1/2 just when `kd_weight T N_ce / N_kd = 1` (DESIGN 5).
   */
  readonly pull: number;
  /** Counted tokens and distilled positions of an average row; undefined where the two are the same by the config. */
  readonly tokens: { readonly counted: number; readonly distilled: number } | undefined;
}

/** undefined without self-distillation, and where the rows decide and are not known. */
export function labelPull(about: About): LabelPull | undefined {
  const config = about.config();
  const distill = config?.self_distill;
  if (config === undefined || distill === undefined || distill.kd_weight === 0) return undefined;
  const strength = distill.kd_weight * distill.temperature;
  const { completion_only_loss: ofAll, assistant_only_loss: ofChats = ofAll } = config;
  // Where every token counts, or only completions are distilled, both counts are one. (Where every token counts and only
  // completions are distilled, the pull is stronger than this.)
  if (distill.positions === 'completion' || (!ofAll && !ofChats))
    return { pull: strength, tokens: undefined };
  const rows = about.tokens();
  if (rows === undefined || rows.meanLength <= 1) return undefined;
  const tokens = { counted: rows.meanCounted, distilled: rows.meanLength - 1 };
  return { pull: (strength * tokens.counted) / tokens.distilled, tokens };
}

/** The largest weight of two digits at which labels win, all else as it is. */
export function largestWinningWeight(weight: number, pull: number): number {
  const limit = weight / pull;
  const step = 10 ** (Math.floor(Math.log10(limit)) - 1);
  const whole = Math.floor(limit / step);
  const digits = whole * step < limit * (1 - 1e-9) ? whole : whole - 1;
  return Number((digits * step).toPrecision(2));
}
