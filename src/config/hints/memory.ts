import { aboutBytes } from '../approximately.ts';
import { partsInWords } from '../memoryWords.ts';
import type { HintSource } from './hint.ts';
import { hintOffset } from './place.ts';

/** What a run needs of the device that is there, behind its model. */
export const memoryHints: HintSource = {
  kind: 'memory',
  what: 'Memory that the run needs, against what the device has.',
  of: ({ parsed, about }) => {
    const offset = hintOffset(parsed, ['model_name_or_path']);
    const [memory, place] = [about.estimate()?.memory, about.place()];
    if (offset === undefined || memory === undefined || place === undefined) return [];
    const text = `${aboutBytes(memory.total)} of ${aboutBytes(place.memory_bytes)}`;
    const ground = memory.isMeasured
      ? 'The estimate was held against measured runs on a processor.'
      : 'The estimate is worked out from the shape of the model: nobody has measured it on such a device.';
    const wasm =
      memory.wasm_bytes === undefined
        ? ''
        : ` Of these, ${aboutBytes(memory.wasm_bytes)} are in WebAssembly's memory, which ends at 4 GiB.`;
    const tooltip = `Memory at its peak, on ${place.name}: ${partsInWords(memory.parts)}.${wasm} ${ground}`;
    return [{ kind: 'memory', offset, text, tooltip }];
  },
};
