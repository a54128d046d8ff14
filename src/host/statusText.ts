import { duration, percent, share } from '../base/format.ts';
import type { RunView } from '../protocol/panelMessages.ts';

/** `120/390 · held 0.950 · forgot 1.2 % · 2:30`; before training begins what the engine is busy with. Pure. */
export function statusText({ step, totalSteps, held, forgetting, eta, activity, status }: RunView): string {
  if (totalSteps === undefined) return activity?.text ?? status;
  const parts = [
    `${step}/${totalSteps}`,
    held === null ? undefined : `held ${share(held.share)}`,
    forgetting === undefined ? undefined : `forgot ${percent(forgetting.relative)}`,
    eta === undefined ? undefined : duration(eta),
    status === 'running' ? undefined : status,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}
