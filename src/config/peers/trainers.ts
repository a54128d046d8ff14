import { axolotl } from './axolotl.ts';
import { distillKit } from './distillKit.ts';
import { huggingFace } from './huggingFace.ts';
import { liger } from './liger.ts';
import { llamaFactory } from './llamaFactory.ts';
import { mlxLm } from './mlxLm.ts';
import { msSwift } from './msSwift.ts';
import { nemo } from './nemo.ts';
import { others } from './others.ts';
import { torchtune } from './torchtune.ts';
import type { Trainer } from './trainer.ts';
import { trl } from './trl.ts';
import { unsloth } from './unsloth.ts';

/** Whose configs are recognised; of two that know a file equally well the first is taken. */
export const TRAINERS: readonly Trainer[] = [
  huggingFace,
  trl,
  axolotl,
  llamaFactory,
  msSwift,
  torchtune,
  mlxLm,
  distillKit,
  nemo,
  unsloth,
  liger,
];

/** Those, and the names that belong to nobody in particular. */
export const ALL_TRAINERS: readonly Trainer[] = [...TRAINERS, others];
