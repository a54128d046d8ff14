// Draws media/headline.svg: held facts over the epochs, one line per run. Arguments: LABEL=RUN_FOLDER ...
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup.mjs';

const runs = process.argv.slice(2).map((argument) => argument.split('='));
if (runs.length === 0 || runs.some((run) => run.length !== 2)) {
  console.error('usage: node scripts/draw-curves.mjs LABEL=RUN_FOLDER ...');
  process.exit(2);
}
const colours = ['#d55e00', '#0072b2', '#009e73', '#cc79a7'];
const curves = runs.map(([label, folder], index) => ({
  label,
  colour: colours[index % 4],
  points: heldOf(folder),
}));
const [width, height, left, top, right, bottom] = [760, 300, 52, 16, 150, 40];
const lastEpoch = Math.max(...curves.flatMap(({ points }) => points.map(({ epoch }) => epoch)));
const lowest = Math.min(...curves.flatMap(({ points }) => points.map(({ share }) => share)));
const floor = Math.floor(lowest * 50) / 50;
const x = (epoch) => left + (epoch / lastEpoch) * (width - left - right);
const y = (share) => top + ((1 - share) / (1 - floor)) * (height - top - bottom);
const text = (at, up, label, extra = '') =>
  `<text x="${at.toFixed(1)}" y="${up.toFixed(1)}" ${extra}>${label}</text>`;

const parts = [];
for (let tick = floor; tick < 1.0001; tick += 0.02) {
  parts.push(
    `<line x1="${left}" x2="${width - right}" y1="${y(tick)}" y2="${y(tick)}" stroke="#8886" stroke-width="0.5"/>`,
  );
  parts.push(text(left - 8, y(tick) + 4, tick.toFixed(2), 'text-anchor="end"'));
}
for (let epoch = 0; epoch <= Math.floor(lastEpoch); epoch += 2)
  parts.push(text(x(epoch), height - bottom + 18, String(epoch), 'text-anchor="middle"'));
parts.push(text((left + width - right) / 2, height - 6, 'epoch', 'text-anchor="middle"'));
// Names side by side must not overlap: from the top down, at least 16 apart.
let lowestName = -Infinity;
for (const { label, colour, points } of curves.sort(
  (a, b) => b.points.at(-1).share - a.points.at(-1).share,
)) {
  const line = points.map(({ epoch, share }) => `${x(epoch).toFixed(1)},${y(share).toFixed(1)}`).join(' ');
  parts.push(
    `<polyline points="${line}" fill="none" stroke="${colour}" stroke-width="2.5" stroke-linejoin="round"/>`,
  );
  lowestName = Math.max(lowestName + 16, y(points.at(-1).share) + 4);
  parts.push(
    text(
      width - right + 8,
      lowestName,
      `${label} ${points.at(-1).share.toFixed(3)}`,
      `fill="${colour}" font-weight="600"`,
    ),
  );
}
writeFileSync(
  join(root, 'media', 'headline.svg'),
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif" font-size="13" fill="#777" role="img" aria-label="Share of held facts still answered right, by epoch">\n${parts.join('\n')}\n</svg>\n`,
);

function heldOf(folder) {
  return readFileSync(join(folder, 'events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter((event) => event.type === 'evaluated' && !event.decoded)
    .map(({ epoch, held }) => ({ epoch, share: held.correct / held.total }));
}
