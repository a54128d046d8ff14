/**
 * What no formula gives: fitted, by least squares, on the four runs of each engine that test/config/estimate/measured.json marks as
 * fitted, and held against all others by its test. `npm run bench -- estimates` measures them anew.
 */

export const TFJS = {
  /** Bytes of Node, TensorFlow.js, our own code and a small tokenizer, after loading a model. */
  process: 136e6,
  /** Of WebAssembly's memory that one phase leaves, the share that is in too small pieces for the next. */
  lostBetween: 0.45,
} as const;

export const TORCH = {
  /** Bytes of Python, PyTorch and Transformers, after loading a model. */
  process: 533e6,
  /** What a heap of blocks of many sizes holds unused on a processor, per byte of activations. */
  lostBetween: 0.35,
  /** The same of what adapted products give out, per byte. */
  lostByAdapters: 1.4,
} as const;

/** Of one core of the machine that measured.json names. */
export const SPEED = {
  tfjs: {
    flopsPerCore: 26e9,
    /** Gradient, AdamW and all copies of one number that moves, in a step of one pass. */
    secondsPerMovingNumber: 24e-9,
    /** Seconds until a model is loaded. */
    start: 2,
  },
  torch: { flopsPerCore: 73e9, secondsPerMovingNumber: 2.2e-9, start: 10 },
} as const;
