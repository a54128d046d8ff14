import { loadArchitecture, loadParameters } from '../../../src/engines/tfjs/files/modelFolder.ts';
import { transpose } from '../../../src/engines/tfjs/files/transpose.ts';
import { writeSafetensors, type TensorToWrite } from '../../../src/engines/tfjs/files/writeSafetensors.ts';
import { nativeOps } from '../../../src/engines/tfjs/model/nativeOps.ts';
import { isTransposed } from '../../../src/engines/tfjs/model/model.ts';
import type { ParameterSpec } from '../../../src/engines/tfjs/model/parameters.ts';
import { prepareTeacher, type Teacher } from '../../../src/engines/tfjs/run/teacher.ts';
import { prepareTrainable } from '../../../src/engines/tfjs/run/trainable.ts';
import { padRows, type MicroBatch } from '../../../src/engines/tfjs/training/batches.ts';
import { stepGradients } from '../../../src/engines/tfjs/training/gradients.ts';
import { createLanguageModel, type LanguageModel } from '../../../src/engines/tfjs/training/languageModel.ts';
import { crossEntropyLoss, distillationLoss, type Loss } from '../../../src/engines/tfjs/training/losses.ts';
import { learningRateAt } from '../../../src/engines/tfjs/training/schedule.ts';
import { train, type StepReport } from '../../../src/engines/tfjs/training/train.ts';
import type { EncodedRow } from '../../../src/data/encode.ts';
import type { RunConfig } from '../../../src/protocol/runConfig.ts';

/** What a method is: everything that both engines are given alike. */
export interface Task {
  /** Model folders; the teacher's is absent where nothing is distilled. */
  readonly model: string;
  readonly teacher?: string;
  readonly rows: readonly EncodedRow[];
  readonly padId: number;
  /** Per step, per micro-batch: indices of rows. */
  readonly steps: readonly (readonly (readonly number[])[])[];
  readonly config: RunConfig;
  /** For the teacher's outputs. */
  readonly scratch: string;
  /** Where the tensors go. */
  readonly output: string;
}

/** What one training said; its tensors lie in the task's output. */
export interface Told {
  readonly trainable: readonly string[];
  readonly reports: readonly StepReport[];
}

/** Trains as a run would. The output holds `gradient.<name>` of the first step and `weight.<name>` after the last one. */
export async function trainTask(task: Task): Promise<Told> {
  const { config, steps } = task;
  const model = openModel(task.model);
  const teacher = openTeacher(task);
  const loss = lossOf(config, teacher);
  const trainable = prepareTrainable(model, config);
  const { names } = trainable;
  const batchesOf = (step: number): MicroBatch[] =>
    (steps[step - 1] ?? []).map((indices) =>
      padRows(
        indices.flatMap((index) => task.rows[index] ?? []),
        task.padId,
      ),
    );
  const { gradients } = stepGradients(model, batchesOf(1), loss, names);
  const reports: StepReport[] = [];
  await train({
    model,
    loss,
    trainable: names,
    optimizer: {
      beta1: config.adam_beta1,
      beta2: config.adam_beta2,
      epsilon: config.adam_epsilon,
      weightDecay: config.weight_decay,
    },
    moments: new Map(),
    maxGradNorm: config.max_grad_norm,
    startStep: 0,
    totalSteps: steps.length,
    batchesOf,
    learningRateOf: (step) => learningRateAt(step - 1, steps.length, config),
    afterStep: (report) => {
      reports.push(report);
      return Promise.resolve('go on');
    },
  });
  trainable.verify(model);
  writeTensors(task.output, model, gradients);
  teacher?.dispose();
  model.dispose();
  return { trainable: names, reports };
}

function openModel(folder: string): LanguageModel {
  const arch = loadArchitecture(folder);
  return createLanguageModel(arch, nativeOps, loadParameters(folder, arch));
}

function openTeacher({ teacher: folder, config, rows, padId, scratch }: Task): Teacher | undefined {
  if (folder === undefined || config.self_distill === undefined) return undefined;
  const model = openModel(folder);
  const teacher = prepareTeacher(model, {
    folder: scratch,
    rows,
    distill: config.self_distill,
    batchSize: 8,
    padId,
    onProgress: () => undefined,
  });
  model.dispose();
  return teacher;
}

function lossOf({ self_distill: distill }: RunConfig, teacher: Teacher | undefined): Loss {
  if (distill === undefined || teacher === undefined) return crossEntropyLoss;
  const { kd_weight: kdWeight, temperature, positions } = distill;
  return distillationLoss({ kdWeight, temperature, positions, teacher });
}

function writeTensors(
  path: string,
  model: LanguageModel,
  gradients: ReadonlyMap<string, Float32Array>,
): void {
  const entry = (kind: string, spec: ParameterSpec, values: Float32Array): TensorToWrite => ({
    name: `${kind}.${spec.name}`,
    shape: spec.shape,
    values: () => inFileLayout(values, spec),
  });
  const tensors = model.specs.flatMap((spec) => {
    const gradient = gradients.get(spec.name);
    return [
      entry('weight', spec, model.read(spec.name)),
      ...(gradient === undefined ? [] : [entry('gradient', spec, gradient)]),
    ];
  });
  writeSafetensors(path, tensors);
}

/** Linear weights as Hugging Face stores them, [out, in]. */
function inFileLayout(values: Float32Array, spec: ParameterSpec): Float32Array {
  const [out = 0, input = 0] = spec.shape;
  return isTransposed(spec) ? transpose(values, input, out) : values;
}
