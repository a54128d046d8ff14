import type { Manual } from './entry.ts';

export const TORCH: Manual = {
  bf16: {
    more: 'The optimizer keeps what moves in float32 beside it. `true` on a GPU without bfloat16 is refused.',
    values: [
      { value: true, means: 'half the memory of weights and activations' },
      { value: false, means: 'float32 throughout' },
    ],
  },
  gradient_checkpointing: {
    more: 'Keeps the input of each layer only. About a third more time for a step.',
    values: [
      { value: true, means: 'less memory, slower' },
      { value: false, means: 'the default' },
    ],
    source: 'Chen et al. 2016',
  },
  padding_free: {
    more:
      'What rows share at their beginning is computed once. Every model is asked at the start whether it computes the same this way; ' +
      'where it does not, batches are padded and the run says so.',
    values: [
      { value: true, means: 'the default' },
      { value: false, means: 'padded batches' },
    ],
  },
  torch_compile: {
    more: 'Faster steps after some minutes of compiling: for long runs.',
    values: [
      { value: false, means: 'the default' },
      { value: true, means: 'compile at the start' },
    ],
  },
  trust_remote_code: {
    more: 'Only for models whose code you have read, or whose authors you trust.',
    values: [
      { value: false, means: 'run no code of the model’s folder' },
      { value: true, means: 'run it' },
    ],
    source: 'transformers, `from_pretrained`',
  },
  report_to: {
    more: 'Needs the package of that name in the same Python.',
    values: [
      { value: 'tensorboard', means: 'event files in the run folder' },
      { value: 'wandb', means: 'Weights & Biases' },
      { value: 'trackio', means: 'Trackio' },
    ],
  },
};

export const LORA: Manual = {
  lora: {
    more:
      'All weights stand still and small matrices beside them are trained, so memory falls to that of the weights. A learning rate about ' +
      'ten times as high as for the whole model is usual. Do not combine it with `freeze`.',
    equation: ['W + lora_alpha / r * B A'],
    usual: { r: '16', lora_alpha: '32' },
    source: 'Hu et al. 2021',
  },
  'lora.r': {
    more: 'A higher rank learns more, and costs memory in proportion.',
    values: [
      { value: 8, means: 'style and format' },
      { value: 16, means: 'the default' },
      { value: 64, means: 'close to training the whole model' },
    ],
    source: 'Hu et al. 2021',
  },
  'lora.lora_alpha': {
    more: 'Twice the rank is usual. Changing it is like changing the learning rate.',
    equation: ['W + lora_alpha / r * B A'],
    values: [
      { value: 16, means: 'as large as the default rank' },
      { value: 32, means: 'the default' },
    ],
    source: 'Hu et al. 2021',
  },
  'lora.lora_dropout': {
    more: 'Against learning small data by heart.',
    unit: 'share of the inputs',
    values: [
      { value: 0, means: 'the default' },
      { value: 0.05, means: 'usual for small data' },
    ],
  },
  'lora.target_modules': {
    more: 'Embeddings and the head take no adapters. A name that fits no module is an error.',
    source: 'PEFT, `LoraConfig`',
  },
};

export const LAUNCH: Manual = {
  launch: {
    more:
      'Weights, gradients and optimizer state are shared out over the processes (FSDP2). The effective batch grows with their number. ' +
      'Beyond one machine every machine starts the same config with another `node_rank`.',
    usual: { nproc_per_node: '2' },
    source: 'PyTorch, `torchrun`',
  },
  'launch.nproc_per_node': {
    more: 'At most as many as the machine has GPUs.',
    unit: 'processes',
    values: [
      { value: 1, means: 'the default' },
      { value: 2, means: 'two GPUs' },
      { value: 8, means: 'eight GPUs' },
    ],
  },
  'launch.nnodes': {
    more: 'All of them need the run folder on a shared file system.',
    unit: 'machines',
    values: [{ value: 1, means: 'the default' }],
  },
  'launch.node_rank': {
    more: 'Machine 0 writes what happens into the run folder.',
    values: [{ value: 0, means: 'the first machine' }],
  },
  'launch.master_addr': {
    more: 'The default reaches this machine only: with several machines write the address that all of them can reach.',
    values: [{ value: '127.0.0.1', means: 'this machine' }],
  },
  'launch.master_port': {
    more: 'Must be free on machine 0 and open between the machines.',
    values: [{ value: 29_500, means: 'the default' }],
  },
};
