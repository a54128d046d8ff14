import type { Example, ExampleWorld, Examples } from './rules/examples.ts';
import type { RuleText } from './rules/rule.ts';

/** A rule with its cases. */
export interface DocumentedRule {
  readonly rule: RuleText;
  readonly examples: Examples;
}

/** What families of codes are about, in the order of the page. A family that is not here comes last, under its own name. */
const FAMILIES: Readonly<Record<string, string>> = {
  config: 'Syntax, keys and values',
  data: 'Data files',
  tokens: 'Tokens',
  freeze: 'Freezing',
  lora: 'LoRA',
  'self-distill': 'Self-distillation',
  knowledge: 'What the model knows',
  probes: 'Probes',
  schedule: 'Schedule',
  optim: 'Optimizer',
  memory: 'Memory',
  disk: 'Disk',
  engine: 'Engine',
  launch: 'Several GPUs and machines',
};

const LEVELS = { error: 'error: keeps a run from starting', warning: 'warning', hint: 'hint' } as const;

/** The reference page of all diagnostics, as Markdown; made from the rules, so that it cannot go stale. */
export function diagnosticsReference(rules: readonly DocumentedRule[]): string {
  const families = [...new Set([...Object.keys(FAMILIES), ...rules.map(({ rule }) => familyOf(rule))])];
  const sections = families.flatMap((family) => {
    const own = rules
      .filter(({ rule }) => familyOf(rule) === family)
      .sort((a, b) => (a.rule.code < b.rule.code ? -1 : 1));
    return own.length === 0 ? [] : [`## ${FAMILIES[family] ?? family}`, '', ...own.flatMap(ruleLines)];
  });
  return [
    '# Diagnostics',
    '',
    `What Holdfast says about a config before a run is started: ${rules.length} rules, in the editor and by \`holdfast check\` alike.`,
    'Written from the code by `npm run generate`.',
    '',
    '- The level of each can be changed: the setting `holdfast.diagnostics` (`{"schedule.many-epochs": "off"}`), or `holdfast check --level schedule.many-epochs=off`. What keeps a run from starting keeps it from starting at every level.',
    '- `# holdfast-ignore CODE` at the end of a line, or alone on the line before, silences a warning or hint there; what follows ` -- ` is for people.',
    '- Examples are added to `version: 1`, `model_name_or_path: model` and `train_file: rows.jsonl`, unless they are whole.',
    '',
    ...sections,
  ]
    .join('\n')
    .replace(/\n+$/, '\n');
}

function familyOf({ code }: RuleText): string {
  return code.split('.')[0] ?? '';
}

function ruleLines({ rule, examples }: DocumentedRule): string[] {
  const { code, level, side, what, why, cure, source } = rule;
  const shape =
    side === 'shape'
      ? ' Left to the JSON Schema where the editor checks that itself; fixes are offered all the same.'
      : '';
  return [
    `### \`${code}\``,
    '',
    `*${LEVELS[level]}.*${shape} ${what}`,
    '',
    `- **Why:** ${why}`,
    `- **Cure:** ${cure}`,
    ...(source === undefined ? [] : [`- **Source:** ${source}`]),
    '',
    ...examples.bad
      .slice(0, 1)
      .flatMap(({ says, fixed, ...example }) => [
        ...exampleLines(example),
        ...says.slice(0, 1).flatMap((message) => [`> ${message}`, '']),
        ...(fixed === undefined ? [] : ['Fixed:', '', ...codeLines(fixed)]),
      ]),
  ];
}

function exampleLines({ text, world }: Example): string[] {
  const around = world === undefined ? '' : worldWords(world);
  return [...(around === '' ? [] : [`Where ${around}:`, '']), ...codeLines(text)];
}

/** Only what is around the config that makes the rule speak; numbers are in the message. */
function worldWords(world: ExampleWorld): string {
  const names: Readonly<Record<keyof ExampleWorld, string>> = {
    files: 'the files are so',
    data: 'the data is so',
    tokens: 'the rows have such lengths',
    overlap: 'files share rows',
    model: 'the model is so',
    models: 'other models are so',
    knowledge: 'the model was probed',
    device: 'the device is so',
    engines: 'the engines are so',
    disk: 'the disk is so full',
    speed: 'it has run before',
  };
  const [first] = Object.keys(world) as (keyof ExampleWorld)[];
  return first === undefined ? '' : names[first];
}

function codeLines(text: string): string[] {
  return ['```yaml', ...text.replace(/\n+$/, '').split('\n'), '```', ''];
}
