import * as z from 'zod';
import { deferred } from './deferred.ts';

/** What only the torch engine does, apart from the rest of the settings so that a question about it need not know them all. */

/** Low-rank adapters beside frozen weights (Hu et al. 2021); names are PEFT's. */
export const LoraSchema = deferred(() =>
  z.strictObject({
    r: z.number().int().min(1).default(16).describe('Rank of the adapters.'),
    lora_alpha: z.number().positive().default(32).describe('Adapters are scaled by lora_alpha / r.'),
    lora_dropout: z.number().min(0).lt(1).default(0).describe('Dropout before the adapters.'),
    target_modules: z
      .array(z.string())
      .min(1)
      .optional()
      .describe(
        'Names of the modules that get an adapter, such as q_proj; default: all linear layers of the decoder.',
      ),
  }),
);

/** Several GPUs or machines; names are torchrun's. */
export const LaunchSchema = deferred(() =>
  z.strictObject({
    nproc_per_node: z.number().int().min(1).default(1).describe('Processes on each machine: one per GPU.'),
    nnodes: z.number().int().min(1).default(1).describe('Machines.'),
    node_rank: z.number().int().min(0).default(0).describe('Which of the machines this one is, from 0.'),
    master_addr: z.string().default('127.0.0.1').describe('Address of machine 0, for the others.'),
    master_port: z
      .number()
      .int()
      .min(1)
      .max(65_535)
      .default(29_500)
      .describe('Port of machine 0 at which all meet.'),
  }),
);

export const whatTorchCanDo = () => ({
  bf16: z
    .boolean()
    .optional()
    .describe(
      'Calculate in bfloat16, with float32 where it matters; default: where the device does so natively. Torch engine.',
    ),
  gradient_checkpointing: z
    .boolean()
    .default(false)
    .describe('Compute activations a second time instead of keeping them: less memory. Torch engine.'),
  padding_free: z
    .boolean()
    .default(true)
    .describe(
      'Lay the rows of a batch end to end instead of padding them; the loss is the same. Torch engine.',
    ),
  torch_compile: z.boolean().default(false).describe('Compile the model with torch.compile. Torch engine.'),
  trust_remote_code: z
    .boolean()
    .default(false)
    .describe(
      'Run the Python code that a model’s folder brings along: it may do anything you may. Torch engine.',
    ),
  report_to: z
    .array(z.enum(['tensorboard', 'wandb', 'trackio']))
    .default([])
    .describe('Send the curves there too, if it is installed; the run folder has them anyway. Torch engine.'),
  lora: LoraSchema.optional().describe(
    'Train low-rank adapters and merge them on export. {} takes the defaults. Torch engine.',
  ),
  launch: LaunchSchema.optional().describe('Train on several GPUs or machines. Torch engine.'),
});

type TorchSettings = { readonly optim?: string | undefined } & Partial<
  z.output<z.ZodObject<ReturnType<typeof whatTorchCanDo>>>
>;

/** The keys among `settings` that ask for something only the torch engine does, in the order of the schema. */
export function torchOnlyKeys(settings: TorchSettings): string[] {
  const asked: Readonly<Record<string, boolean>> = {
    optim: settings.optim === 'adamw_8bit',
    bf16: settings.bf16 === true,
    gradient_checkpointing: settings.gradient_checkpointing === true,
    torch_compile: settings.torch_compile === true,
    trust_remote_code: settings.trust_remote_code === true,
    report_to: (settings.report_to ?? []).length > 0,
    lora: settings.lora !== undefined,
    launch: settings.launch !== undefined,
  };
  return Object.keys(asked).filter((key) => asked[key] === true);
}
