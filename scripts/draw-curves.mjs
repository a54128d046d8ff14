// Draws media/first-light.svg from a run's events: held, known and new over the epochs.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error('usage: node scripts/draw-first-light.mjs RUN_FOLDER');
  process.exit(2);
}
const events = readFileSync(join(folder, 'events.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line));
const points = events.filter((event) => event.type === 'evaluated' && !event.decoded);
const [width, height, left, top, right, bottom] = [760, 300, 48, 16, 92, 40];
const lastEpoch = Math.max(...points.map((point) => point.epoch));
const x = (epoch) => left + (epoch / lastEpoch) * (width - left - right);
const y = (share) => top + (1 - share) * (height - top - bottom);
const colours = { held: '#d1495b', known: '#3a7ca5', new: '#4f9d69' };
const share = (point, set) => point[set].correct / point[set].total;
const text = (at, up, label, extra = '') =>
  `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" ${extra}>${label}</text>`;

const parts = [];
for (const tick of [0, 0.25, 0.5, 0.75, 1]) {
  parts.push(
    `<line x1="${left}" x2="${width - right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#8886" stroke-width="0.5"/>`,
  );
  parts.push(text(left - 8, y(tick) + 4, tick.toFixed(2), 'text-anchor="end"'));
}
for (let epoch = 0; epoch <= Math.floor(lastEpoch); epoch++)
  parts.push(text(x(epoch), height - bottom + 18, String(epoch), 'text-anchor="middle"'));
parts.push(text((left + width - right) / 2, height - 6, 'epoch', 'text-anchor="middle"'));
// Names side by side must not overlap: from the top down, at least 16 apart.
let lowest = -Infinity;
const names = Object.keys(colours).sort((a, b) => share(points.at(-1), b) - share(points.at(-1), a));
for (const set of names) {
  const line = points
    .map((point) => `${x(point.epoch).toFixed(1)},${y(share(point, set)).toFixed(1)}`)
    .join(' ');
  parts.push(
    `<polyline points="${line}" fill="none" stroke="${colours[set]}" stroke-width="2.5" stroke-linejoin="round"/>`,
  );
  lowest = Math.max(lowest + 16, y(share(points.at(-1), set)) + 4);
  parts.push(
    text(
      width - right + 8,
      lowest,
      `${set} ${share(points.at(-1), set).toFixed(2)}`,
      `fill="${colours[set]}" font-weight="600"`,
    ),
  );
}
const style = '<style>text{font:13px system-ui,sans-serif;fill:#777}</style>';
const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Exact match on held, known and new facts over the epochs">${style}\n${parts.join('\n')}\n</svg>\n`;
writeFileSync(
  join(root, 'media', 'first-light.svg'),
  svg.replaceAll(/<text ([^>]*)fill="(#\w+)"/g, '<text $1style="fill:$2"'),
);
