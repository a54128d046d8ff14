/**
 * AdamW (Loshchilov & Hutter 2019) on plain arrays: its state stays in JavaScript's memory, outside the 4 GiB of the
 * WebAssembly heap, and one loop does what composed tensor ops would need a dozen passes for.
 */

export interface AdamWSettings {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

/** First and second moment of one parameter. */
export interface Moments {
  readonly first: Float32Array<ArrayBuffer>;
  readonly second: Float32Array<ArrayBuffer>;
}

export function zeroMoments(length: number): Moments {
  return { first: new Float32Array(length), second: new Float32Array(length) };
}

/**
 * One step, in place on `values` and `moments`, as torch.optim.AdamW: decay first, then the moment update.
 * @param step counts from 1 (bias correction)
 * @param gradientScale multiplies every gradient: clipping
 */
export function adamwStep(
  values: Float32Array,
  gradient: Float32Array,
  moments: Moments,
  settings: AdamWSettings,
  learningRate: number,
  step: number,
  gradientScale: number,
): void {
  const { beta1, beta2, epsilon, weightDecay } = settings;
  const { first, second } = moments;
  const keep = 1 - learningRate * weightDecay;
  const stepSize = learningRate / (1 - Math.pow(beta1, step));
  const rootCorrection = Math.sqrt(1 - Math.pow(beta2, step));
  for (let i = 0; i < values.length; i++) {
    const g = (gradient[i] as number) * gradientScale;
    const m = beta1 * (first[i] as number) + (1 - beta1) * g;
    const v = beta2 * (second[i] as number) + (1 - beta2) * g * g;
    first[i] = m;
    second[i] = v;
    values[i] = (values[i] as number) * keep - (stepSize * m) / (Math.sqrt(v) / rootCorrection + epsilon);
  }
}

/** L2 norm over all gradients together. */
export function globalNorm(gradients: Iterable<Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) {
      const g = gradient[i] as number;
      sum += g * g;
    }
  }
  return Math.sqrt(sum);
}

/** Factor that brings a gradient of norm `norm` down to `maxNorm` (torch.nn.utils.clip_grad_norm_); 0 = never. */
export function clipScale(norm: number, maxNorm: number): number {
  return maxNorm > 0 ? Math.min(1, maxNorm / (norm + 1e-6)) : 1;
}
