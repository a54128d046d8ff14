import type { About } from './about.ts';
import type { KnowledgeFacts } from './facts.ts';

/** Rows that were asked. */
export function rowsAsked({ known, maybe, new: unknown }: KnowledgeFacts): number {
  return known + maybe + unknown;
}

/** Share of the rows that the base model answers under no prompt, 0..1; 0 where nothing was asked. */
export function newShare(counts: KnowledgeFacts): number {
  return counts.new / Math.max(1, rowsAsked(counts));
}

/** From this share of new rows on, known ones are too few to hold anything up. */
export const MOSTLY = 0.9;

/** Whether something in the config keeps the model to what it knows, or is there to show what happens without. */
export function hasCure(about: About): boolean {
  const config = about.config();
  return config?.self_distill !== undefined || config?.freeze !== undefined;
}
