import { expect, test } from 'vitest';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { getLanguageService } from 'yaml-language-server';
import { SettingsState } from 'yaml-language-server/out/src/yamlSettings.js';
import { checkConfig } from '../../src/config/check.ts';
import { configJsonSchema } from '../../src/config/jsonSchema.ts';
import type { Example } from '../../src/config/rules/examples.ts';
import { RULES } from '../../src/config/rules/index.ts';
import { LEAST } from './configs.ts';
import { RULE_MODULES } from './rules/modules.ts';
import { surroundingsOf, textOf } from './rules/world.ts';

/**
 * Where Red Hat's YAML extension checks configs against our schema, rules about shape stay silent, so that nothing is underlined twice.
 * Its own language server says here that nothing is lost by that, and nothing said that we do not say.
 */
const FILE = 'file:///study/support.sft.yaml';
const service = getLanguageService({
  schemaRequestService: () => Promise.reject(new Error('no other schema is there')),
  workspaceContext: { resolveRelativePath: (path: string) => path },
  telemetry: {
    send: () => undefined,
    sendTrack: () => undefined,
    sendError: (_, error) => {
      // It goes on without: a test that saw nothing would pass.
      throw error as Error;
    },
  },
  yamlSettings: new SettingsState(),
});
service.configure({
  validate: true,
  customTags: [],
  schemas: [{ uri: 'holdfast://sft', fileMatch: ['*.sft.yaml'], schema: configJsonSchema() }],
});

const versions = { last: 0 };

async function complaints(text: string): Promise<string[]> {
  // A version that it has seen it does not read again.
  const document = TextDocument.create(FILE, 'yaml', ++versions.last, text);
  const found = await service.doValidation(document, false);
  return found.map(
    ({ message, range }) =>
      `${range.start.line + 1}: ${typeof message === 'string' ? message : message.value}`,
  );
}

const cases = RULE_MODULES.flatMap(({ rule, examples }) =>
  [...(examples?.good ?? []), ...(examples?.bad ?? [])].map((example): [string, Example] => [
    rule.code,
    example,
  ]),
);

/** Lines that our own rules about shape complain of. */
function shapes({ world, ...example }: Example): number[] {
  const codes = new Set(RULES.flatMap(({ code, side }) => (side === 'shape' ? [code] : [])));
  const { problems } = checkConfig(textOf(example), surroundingsOf(world));
  return problems.flatMap(({ code, range }) => (codes.has(code) ? [range.line] : []));
}

test('a config without mistakes', async () => {
  expect(await complaints(LEAST)).toEqual([]);
});

test.each(cases)(
  '%s: the schema complains where rules about shape do, and nowhere else: %j',
  async (_, example) => {
    const ours = shapes(example);
    const theirs = await complaints(textOf(example));
    expect(theirs.length > 0, theirs.join('\n')).toBe(ours.length > 0);
  },
);
