import type { ModelShape, ParameterSize } from './shape.ts';

/** The linear modules of a decoder's layer, and the rest of it. */
export type Module = 'q' | 'k' | 'v' | 'o' | 'gate' | 'up' | 'down' | 'norms';

/** One layer of a decoder; numbers of parameters. */
export interface LayerParameters {
  readonly all: number;
  /** In matrices, which products are made with. */
  readonly linear: number;
  /** Those that move. */
  readonly moving: number;
  readonly movingModules: ReadonlySet<Module>;
}

/** A model in the pieces that costs are counted by. */
export interface ModelPieces {
  readonly all: number;
  readonly moving: number;
  readonly layers: readonly LayerParameters[];
  /** What moves below all layers: embeddings (of tokens, of positions). */
  readonly embeddingsMove: boolean;
  /** The head's own matrix, or the embeddings' where it is tied. */
  readonly headMoves: boolean;
  /** Layers, from the bottom, below everything that moves; 0 where the embeddings do. */
  readonly stillLayers: number;
}

const LAYER = /(?:^|\.)(?:layers|h|blocks?)\.(\d+)\.(.+)$/;
const HEAD = /^(lm_head|embed_out|output)\./;
const FINAL_NORM = /norm\.|ln_f\./;

/** Sorts a model's parameters by what they do; `moving` are the names of those that a run trains. */
export function piecesOf(shape: ModelShape, moving: readonly string[]): ModelPieces {
  const moves = new Set(moving);
  const layers = Array.from({ length: shape.num_hidden_layers }, (): ParameterSize[] => []);
  const outside: ParameterSize[] = [];
  for (const parameter of shape.parameters) {
    const layer = layers[Number(LAYER.exec(parameter.name)?.[1] ?? -1)];
    (layer ?? outside).push(parameter);
  }
  const counted = layers.map((parameters) => layerOf(parameters, moves));
  const head = outside.filter(({ name }) => HEAD.test(name));
  const embeddings = outside.filter(({ name }) => !HEAD.test(name) && !FINAL_NORM.test(name));
  const embeddingsMove = embeddings.some(({ name }) => moves.has(name));
  const lowest = counted.findIndex((layer) => layer.moving > 0);
  return {
    all: sizeOf(shape.parameters),
    moving: sizeOf(shape.parameters.filter(({ name }) => moves.has(name))),
    layers: counted,
    embeddingsMove,
    headMoves: shape.tied ? embeddingsMove : head.some(({ name }) => moves.has(name)),
    stillLayers: embeddingsMove ? 0 : lowest < 0 ? counted.length : lowest,
  };
}

const MODULES: readonly (readonly [RegExp, readonly Module[]])[] = [
  [/q_proj\./, ['q']],
  [/k_proj\./, ['k']],
  [/v_proj\./, ['v']],
  [/o_proj\.|attn\.c_proj\.|attention\.dense\./, ['o']],
  [/gate_proj\./, ['gate']],
  [/up_proj\.|c_fc\.|dense_h_to_4h\./, ['up']],
  [/down_proj\.|mlp\.c_proj\.|dense_4h_to_h\./, ['down']],
  // Fused: one matrix for several.
  [/c_attn\.|query_key_value\.|qkv_proj\./, ['q', 'k', 'v']],
  [/gate_up_proj\./, ['gate', 'up']],
  [/norm|(^|\.)ln_/, ['norms']],
];

function layerOf(parameters: readonly ParameterSize[], moves: ReadonlySet<string>): LayerParameters {
  const moving = parameters.filter(({ name }) => moves.has(name));
  return {
    all: sizeOf(parameters),
    linear: sizeOf(parameters.filter(({ name }) => !/norm|\.bias$/.test(name))),
    moving: sizeOf(moving),
    movingModules: new Set(moving.flatMap(({ name }) => modulesOf(name))),
  };
}

/** A name that nobody knows counts as every module: rather too much memory than too little. */
function modulesOf(name: string): readonly Module[] {
  return MODULES.find(([pattern]) => pattern.test(name))?.[1] ?? MODULES.flatMap(([, modules]) => modules);
}

function sizeOf(parameters: readonly ParameterSize[]): number {
  return parameters.reduce((sum, { size }) => sum + size, 0);
}
