import type { About } from '../../about.ts';
import { patternOf, type Path } from '../../path.ts';
import { countedNote, fileNote, knowledgeNote, maxLengthNote } from './data.ts';
import { checkpointSizeNote, memoryNote, timeNote } from './costs.ts';
import { lossNote, teacherNote, winNote } from './distillation.ts';
import { engineNote, modelNote, patternNote, trainableNote } from './model.ts';
import type { Note } from './note.ts';
import { batchNote, checkpointNote, evaluationNote, lengthNote, rateNote, warmUpNote } from './steps.ts';

/** What can be said of a setting with the numbers at hand. A new one is a line here. */
const NOTES: Readonly<Record<string, readonly Note[]>> = {
  model_name_or_path: [modelNote, memoryNote],
  train_file: [fileNote, knowledgeNote],
  'train_file[].path': [fileNote],
  eval_file: [fileNote],
  'probes.sets[].file': [fileNote],
  engine: [engineNote],
  learning_rate: [rateNote],
  lr_scheduler_type: [rateNote],
  num_train_epochs: [lengthNote, timeNote],
  max_steps: [lengthNote, timeNote],
  per_device_train_batch_size: [batchNote, memoryNote],
  gradient_accumulation_steps: [batchNote],
  launch: [batchNote],
  'launch.nproc_per_node': [batchNote],
  'launch.nnodes': [batchNote],
  max_length: [maxLengthNote, memoryNote],
  completion_only_loss: [countedNote],
  assistant_only_loss: [countedNote],
  warmup_steps: [warmUpNote],
  eval_strategy: [evaluationNote],
  eval_steps: [evaluationNote],
  save_strategy: [checkpointNote],
  save_steps: [checkpointNote],
  save_total_limit: [checkpointNote, checkpointSizeNote],
  self_distill: [lossNote, winNote, teacherNote, memoryNote],
  'self_distill.kd_weight': [lossNote, winNote],
  'self_distill.temperature': [lossNote, winNote],
  'self_distill.positions': [winNote],
  'self_distill.snapshot_epochs': [lengthNote],
  'self_distill.snapshot_data': [knowledgeNote],
  optim: [memoryNote],
  bf16: [memoryNote],
  gradient_checkpointing: [memoryNote],
  lora: [memoryNote],
  freeze: [trainableNote, memoryNote],
  'freeze.groups': [trainableNote],
  'freeze.trainable_groups': [trainableNote],
  'freeze.groups[]': [patternNote],
  'freeze.trainable_groups[]': [patternNote],
};

/** Sentences of Markdown; none where nothing is known. */
export function notesAt(path: Path, about: About): string[] {
  const pattern = patternOf(path);
  const notes = Object.hasOwn(NOTES, pattern) ? (NOTES[pattern] ?? []) : [];
  return notes.flatMap((note) => note(about, path) ?? []);
}
