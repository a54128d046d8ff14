import { distillControl } from './distillControl.ts';
import { duplicateKey } from './duplicateKey.ts';
import { duplicateProbeSet } from './duplicateProbeSet.ts';
import { emptyFreeze } from './emptyFreeze.ts';
import { emptyValue } from './emptyValue.ts';
import { hubModel } from './hubModel.ts';
import { ignoredSetting } from './ignoredSetting.ts';
import { loraWithFreeze } from './loraWithFreeze.ts';
import { missingFile } from './missingFile.ts';
import { missingKey } from './missingKey.ts';
import { nodeRank } from './nodeRank.ts';
import { reservedKey } from './reservedKey.ts';
import type { Rule } from './rule.ts';
import { syntax } from './syntax.ts';
import { torchOnly } from './torchOnly.ts';
import { unknownKey } from './unknownKey.ts';
import { warmupTooLong } from './warmupTooLong.ts';
import { wrongValue } from './wrongValue.ts';

/** Everything a config is checked for: the one place to add a rule. */
export const RULES: readonly Rule[] = [
  syntax,
  duplicateKey,
  reservedKey,
  unknownKey,
  missingKey,
  emptyValue,
  wrongValue,
  missingFile,
  hubModel,
  duplicateProbeSet,
  emptyFreeze,
  loraWithFreeze,
  torchOnly,
  nodeRank,
  distillControl,
  warmupTooLong,
  ignoredSetting,
];
