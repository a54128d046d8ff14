import { cpSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseConfigText } from '../../src/config/parse.ts';
import { translate } from '../../src/config/peers/translate.ts';
import { makeWorkplace, removeWorkplaces, repository } from './cli.ts';

afterAll(removeWorkplaces);

const place = makeWorkplace();
const THEIRS =
  'base_model: model\ndatasets: train.jsonl\nmicro_batch_size: 4\nstrict: false\nval_set_size: 0.1\n';
const at = (name: string): string => join(place.folder, name);
writeFileSync(at('axolotl.yml'), THEIRS);

const OURS = {
  version: 1,
  model_name_or_path: 'model',
  train_file: 'train.jsonl',
  num_train_epochs: 1,
  per_device_train_batch_size: 4,
  max_length: 512,
  lr_scheduler_type: 'cosine',
};

it('prints ours alone on stdout, and what became of theirs with its place on stderr', async () => {
  const { code, stdout, stderr } = await place.run('translate', 'axolotl.yml');
  expect(code).toBe(0);
  expect(parse(stdout)).toEqual(OURS);
  expect(stderr.trim().split('\n')).toEqual([
    expect.stringMatching(/^axolotl\.yml:2:1 `datasets` is `train_file` here, which names local files/),
    expect.stringMatching(/^axolotl\.yml:4:1 `strict` was not taken over: delete it/),
    expect.stringMatching(/^axolotl\.yml:5:1 `val_set_size` was not taken over: split off/),
    'a config of Axolotl: 3 settings taken over, 2 not, 3 that it would assume written out',
  ]);
});

it('writes what check takes, and never over a file', async () => {
  expect(await place.run('translate', 'axolotl.yml', '--out', 'ours.sft.yaml')).toMatchObject({
    code: 0,
    stdout: 'ours.sft.yaml\n',
  });
  expect(parse(readFileSync(at('ours.sft.yaml'), 'utf8'))).toEqual(OURS);
  expect((await place.run('check', 'ours.sft.yaml')).code).toBe(0);
  writeFileSync(at('taken.sft.yaml'), 'mine\n');
  const again = await place.run('translate', 'axolotl.yml', '--out', 'taken.sft.yaml');
  expect(again).toMatchObject({ code: 2, stdout: '' });
  expect(again.stderr).toMatch(/taken\.sft\.yaml exists already: choose another name with --out\./);
  expect(readFileSync(at('taken.sft.yaml'), 'utf8')).toBe('mine\n');
});

it('--json says what the translation says, for every trainer', async () => {
  const examples = join(repository, 'test/config/peers/examples');
  for (const name of ['torchtune-kd', 'llama-factory-lora']) {
    cpSync(join(examples, `${name}.sft.yaml`), at(`${name}.yaml`));
    const { value = {} } = parseConfigText(readFileSync(at(`${name}.yaml`), 'utf8'));
    const { trainer, value: config, taken, left, assumed } = translate(value);
    const { code, stdout } = await place.run('translate', `${name}.yaml`, '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({ trainer: trainer?.name, out: null, config, taken, left, assumed });
  }
});

it.each([
  ['model: model\nfine_tune_type: full\nnum_layers: 1\niters: 5\n', ['layers 3-3']],
  // Sixteen are assumed there.
  ['model: model\nfine_tune_type: full\ndata: rows\niters: 5\n', ['layers 0-3']],
  [
    'model_name_or_path: model\nfinetuning_type: freeze\nfreeze_trainable_layers: 3\ndataset: train.jsonl\n',
    ['layers 1-3'],
  ],
])('the last layers are counted in the model that %j names', async (text, groups) => {
  writeFileSync(at('layers.yaml'), text);
  const { stdout } = await place.run('translate', 'layers.yaml');
  expect(parse(stdout)).toMatchObject({ freeze: { trainable_groups: groups } });
});

it('says what is assumed there and cannot be said without the model', async () => {
  writeFileSync(at('elsewhere.yaml'), 'model: elsewhere\nfine_tune_type: full\ndata: rows\niters: 5\n');
  const { stdout, stderr } = await place.run('translate', 'elsewhere.yaml');
  expect(parse(stdout)).not.toHaveProperty('freeze');
  expect(stderr).toMatch(
    /`num_layers` is assumed there and was not taken over: .*`freeze\.trainable_groups`/,
  );
});

it('a JSON file becomes JSON', async () => {
  writeFileSync(at('args.json'), JSON.stringify(parse(THEIRS)));
  expect(JSON.parse((await place.run('translate', 'args.json')).stdout)).toEqual(OURS);
});

it.each([
  ['support.sft.yaml', /support\.sft\.yaml is not recognised as a config of another trainer \(.*Axolotl/],
  ['missing.yml', /missing\.yml could not be read .*give the path of a config of another trainer\./],
  ['broken.json', /broken\.json cannot be read: correct it, then translate it\./],
  ['broken.yml', /broken\.yml:2:1 error config\.syntax .*\n.*cannot be read: correct it/],
])('%s is refused in words', async (file, words) => {
  writeFileSync(at('broken.yml'), 'base_model: [a\n');
  writeFileSync(at('broken.json'), '{"base_model": [');
  const { code, stdout, stderr } = await place.run('translate', file, '--out', 'never.yaml');
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(words);
  expect(existsSync(at('never.yaml'))).toBe(false);
});
