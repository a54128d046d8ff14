import { cpSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { previewOf, previewText, type Preview } from '../../src/cli/preview.ts';
import { resolveConfig } from '../../src/config/resolve.ts';
import { diskFiles } from '../../src/folder/diskFiles.ts';
import { hubCache } from '../../src/folder/hubCache.ts';

const TEMPLATE =
  "{% for m in messages %}{{ '<|im_start|>' + m.role + '\\n' + m.content + '<|im_end|>\\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\\n' }}{% endif %}";

/** What a user sees of these records, under a model with or without a chat template. */
function preview(records: readonly object[], settings = '', hasTemplate = true): Preview {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-preview-'));
  const tokenizer = fileURLToPath(new URL('../fixtures/tokenizers/byte-level/', import.meta.url));
  cpSync(tokenizer, join(folder, 'base'), { recursive: true });
  cpSync(join(tokenizer, '../../models/tiny-llama/config.json'), join(folder, 'base/config.json'));
  if (hasTemplate) writeFileSync(join(folder, 'base/chat_template.jinja'), TEMPLATE);
  writeFileSync(join(folder, 'rows.jsonl'), records.map((record) => JSON.stringify(record)).join('\n'));
  const text = `version: 1\nmodel_name_or_path: base\ntrain_file: rows.jsonl\n${settings}`;
  const { config } = resolveConfig(text, { files: diskFiles, hub: hubCache(), folder });
  if (config === undefined) throw new Error('the config was refused');
  const result = previewOf(config, 10);
  if ('problem' in result) throw new Error(result.problem);
  return result;
}

const plain = (_: unknown, text: string): string => text;
const turn = (role: string, content: string): object => ({ role, content });
const [asked, said] = [turn('user', 'é A'), turn('assistant', 'no\n')];

describe('a preview', () => {
  it('shows a conversation as the template words it: every answer counted, blanks and bytes visible', () => {
    const lines = previewText(preview([{ messages: [asked, said, asked, said] }]), plain).split('\n');
    const [first, second] = [
      '<|im_start|>|u|s|er|⏎|…|é|·|A|<|im_end|>|⏎|<|im_start|>|as|s|is|t|a|nt|⏎ [n|o|⏎|<|im_end|>]',
      '⏎|<|im_start|>|u|s|er|⏎|…|é|·|A|<|im_end|>|⏎|<|im_start|>|as|s|is|t|a|nt|⏎ [n|o|⏎|<|im_end|>]',
    ];
    expect(lines).toContain(`  ${first} ${second}`);
    expect(lines[0]).toMatch(/⏎ a line break, … part of the character that follows\.$/);
    expect(lines).toContain('rows.jsonl:1  47 tokens, 8 counted');
  });

  it('shows what is cut off, and says which rows lose all that counts', () => {
    const rows = [{ text: 'Where was the singer' }, { messages: [asked, said] }];
    const text = previewText(preview(rows, 'max_length: 4\n'), plain);
    expect(text).toContain(
      'rows.jsonl:1  4 tokens, 3 counted, 5 cut off\n  W [her|e|·w]\n  cut off: as·the·singer</s>\n',
    );
    const reason = 'has no counted token within max_length (4): raise max_length';
    expect(text).toContain(`rows.jsonl:2  4 tokens, 0 counted, 19 cut off, left out: it ${reason}\n`);
    expect(text).toMatch(/; 2 rows cut at max_length; 1 row without a counted token, left out$/m);
    expect(text.endsWith(`First left out, rows.jsonl:2: ${reason}.`)).toBe(true);
  });

  it('gives no means of nothing', () => {
    const text = previewText(preview([{ messages: [asked, said, asked, said] }], '', false), plain);
    expect(text).toMatch(/^1 row; 1 row that cannot be worded, left out$/m);
  });

  it('says what is left out, also beyond the rows shown, and why the first is', () => {
    const shown = preview(
      [{ text: 'a' }, { messages: [asked] }, { messages: [asked, said, asked, said] }],
      '',
      false,
    );
    expect(shown).toMatchObject({ total: 2, unreadable: 1, unwordable: 1, masked_rows: 0 });
    expect(previewText(shown, plain)).toMatch(
      /1 row that cannot be worded, left out; 1 record that cannot be read, left out\nFirst left out, rows\.jsonl:2: must end with what the assistant says\.$/,
    );
  });
});
