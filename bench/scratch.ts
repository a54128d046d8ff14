import * as tf from '@tensorflow/tfjs-core';
import { startWasmBackend } from '../src/engines/tfjs/backend/wasm.ts';
import { nativeOps } from '../src/engines/tfjs/model/nativeOps.ts';
import { composedOps } from '../src/engines/tfjs/model/composedOps.ts';
import { readArchitecture } from '../src/engines/tfjs/model/architecture.ts';
import { initialParameters } from '../src/engines/tfjs/files/modelFolder.ts';
import { createLanguageModel } from '../src/engines/tfjs/training/languageModel.ts';
import { crossEntropyLoss } from '../src/engines/tfjs/training/losses.ts';
import { stepGradients } from '../src/engines/tfjs/training/gradients.ts';
const wasmDir = process.cwd() + '/dist/engines/tfjs/'; const ops = process.argv[3] === 'native' ? nativeOps : composedOps;
await startWasmBackend(wasmDir);
const lab = process.argv[2] === 'lab';
const arch = lab ? readArchitecture({ architectures: ['LlamaForCausalLM'], vocab_size: 2048, hidden_size: 128, intermediate_size: 344, num_hidden_layers: 4, num_attention_heads: 4, tie_word_embeddings: true }, 'x')
 : readArchitecture({ architectures: ['Qwen2ForCausalLM'], vocab_size: 2048, hidden_size: 256, intermediate_size: 688, num_hidden_layers: 4, num_attention_heads: 4, tie_word_embeddings: true }, 'x');
const model = createLanguageModel(arch, ops, initialParameters(arch, 1));
const [rows, time] = lab ? [64, 18] : [16, 64];
const ids = Int32Array.from({ length: rows * time }, (_, i) => (i * 7919) % 2048);
const batch = { ids, labels: ids, rows, time, tokens: rows * time, ceTokens: rows * (time - 1) };
const names = model.specs.map((s) => s.name);
const times = new Map<string, [number, number]>();
for (const k of tf.getKernelsForBackend('wasm')) {
  const f = k.kernelFunc; 
  tf.unregisterKernel(k.kernelName, 'wasm');
  tf.registerKernel({ ...k, kernelFunc: (p: any) => { const t = process.cpuUsage().user; const r = f(p); const dt = process.cpuUsage().user - t; 
    const key = k.kernelName + (k.kernelName === 'BatchMatMul' ? ' ' + [p.inputs.a.shape, p.inputs.b.shape].map((s: number[]) => s.join('x')).join(' * ') + (p.attrs.transposeA ? ' tA' : '') + (p.attrs.transposeB ? ' tB' : '') : '');
    const e = times.get(key) ?? [0, 0]; e[0] += dt; e[1]++; times.set(key, e); return r; } });
}
for (let i = 0; i < 4; i++) {
  times.clear();
  const t0 = process.cpuUsage().user;
  const g = stepGradients(model, [batch], crossEntropyLoss, names);
  if (i === 3) console.log(g.ceLoss, [...g.gradients].map(([n, x]) => Math.sqrt(x.reduce((s, v) => s + v * v, 0)).toFixed(6)).slice(0, 12).join(' '), 'step user ms', (process.cpuUsage().user - t0) / 1000);
}
for (const [k, [t, n]] of [...times].sort((a, b) => b[1][0] - a[1][0]).slice(0, 26)) console.log((t / 1000).toFixed(1).padStart(8), String(n).padStart(4), k);
