import { join } from 'node:path';
import * as z from 'zod';
import { holdfastFolderFor } from '../../launch/findRoot.ts';
import { encodeJson } from '../../protocol/numbers.ts';
import { exactMatch } from '../../runs/forgetting.ts';
import { toArray } from '../../runs/series.ts';
import { share } from '../../base/format.ts';
import { seedsFrom } from '../options.ts';
import type { Services } from '../services.ts';
import { EXIT } from '../userError.ts';
import type { LabExperiment } from './experiment.ts';
import { carryOutRest } from './finished.ts';
import { drawOf, labRun, writeDraw } from './labData.ts';

/** Both fixed before the first base was made. */
const LEAST_KNOWN = 0.99;
const LEAST_HELD = 0.97;

const KnowledgeSchema = z.object({ known: z.number(), maybe: z.number(), new: z.number() });

/**
 * Whether the shipped base model may be used: it knows its facts in the probe wording, and a fine-tune on known facts alone
 * leaves the others in place. A base that fails this forgets for reasons that have nothing to do with new facts.
 */
export const gate: LabExperiment = {
  name: 'gate',
  description:
    'whether the base model is fit for the lab: what it knows, and what known facts alone do to it',
  run: async (options, services) => {
    const [seed = 21] = options.seeds === undefined ? [] : seedsFrom(options.seeds, { seed: 21 });
    const root = holdfastFolderFor(join(services.folder, 'lab'), services.folder);
    const folder = join(root, 'lab', 'gate', `seed-${seed}`);
    const draw = drawOf(seed, services);
    writeDraw(folder, draw);
    const planned = {
      ...(await labRun(folder, 'known', seed, root, services)),
      name: 'known facts only',
      method: 'sft',
    };
    const [run] = await carryOutRest([planned], root, 1, services);
    if (run?.status !== 'finished') return EXIT.failed;
    const evaluations = toArray(run.state.evaluations);
    const asked = KnowledgeSchema.safeParse(run.state.started?.train_knowledge);
    const heldKnown = evaluations.at(-1)?.held?.total ?? 0;
    const all = draw.known.length + draw.held.length;
    const known = (asked.success ? asked.data.known : 0) + heldKnown;
    const held = exactMatch(evaluations.at(-1)?.held ?? null) ?? 0;
    const isFit = known / all >= LEAST_KNOWN && held >= LEAST_HELD;
    report({ known, all, held, heldFacts: heldKnown, isFit }, options.json === true, services);
    return isFit ? EXIT.done : EXIT.failed;
  },
};

function report(
  found: { known: number; all: number; held: number; heldFacts: number; isFit: boolean },
  asJson: boolean,
  { terminal }: Services,
): void {
  const { known, all, held, heldFacts, isFit } = found;
  if (asJson) {
    terminal.out(encodeJson(found));
    return;
  }
  terminal.out(
    [
      `known in the probe wordings      ${known} of ${all} = ${share(known / all)}  (at least ${LEAST_KNOWN})`,
      `held after known facts alone     ${share(held)} of ${heldFacts}  (at least ${LEAST_HELD})`,
      isFit ? 'the base model is fit for the lab' : 'the base model is NOT fit for the lab',
    ].join('\n'),
  );
}
