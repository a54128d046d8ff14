/**
 * The page's style. Colours are those of Okabe and Ito (2008), which readers of every kind of colour vision tell apart; every
 * hue has a dash pattern of its own besides.
 */
export const STYLE = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b646d; --rule: #d7dce0; --page: #fff; --panel: #f6f7f8; --h0: #d55e00; --h1: #0072b2; --h2: #009e73; --h3: #cc79a7; --h4: #e69f00; --h5: #56b4e9 }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ec; --soft: #a2abb3; --rule: #3a4148; --page: #16191c; --panel: #1f2327; --h0: #ff8a3d; --h1: #5db4f0; --h2: #35cfa3; --h3: #e7a3c8; --h4: #f4bd4a; --h5: #8fd0f5 } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 2rem 1.25rem 4rem; max-width: 76rem; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
h1 { font-size: 1.6rem; margin: 0 0 .3rem } h2 { font-size: 1.15rem; margin: 2.4rem 0 .8rem; border-bottom: 1px solid var(--rule); padding-bottom: .3rem } h3 { font-size: 1rem; margin: 1.4rem 0 .5rem }
p.lead { font-size: 1.1rem; max-width: 52rem } .soft { color: var(--soft) }
.wide { overflow-x: auto } table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9rem } caption { text-align: left; color: var(--soft); padding-bottom: .4rem }
th, td { padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--rule); text-align: left; vertical-align: top } thead th { border-bottom: 2px solid var(--rule) } tbody th { font-weight: 500; white-space: nowrap }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); gap: 1.2rem } figure { margin: 0; padding: .9rem; background: var(--panel); border-radius: 8px } figcaption { font-weight: 600; margin-bottom: .4rem }
svg { width: 100%; height: auto; display: block } .grid { stroke: var(--rule); stroke-width: .8 } .tick { font-size: 11px; fill: var(--soft) } .axis { font-size: 12px; fill: var(--soft) } .mark { stroke: var(--soft); stroke-dasharray: 2 3 }
.line { fill: none; stroke-width: 2.2; stroke-linejoin: round } .faint { fill: none; stroke-width: 1; opacity: .35 } .band { opacity: .13; stroke: none }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; margin: .5rem 0 0; padding: 0; font-size: .85rem } .key { display: inline-block; width: 1.6rem; height: .2rem; margin-right: .4rem; vertical-align: middle; background: currentColor }
${[0, 1, 2, 3, 4, 5]
  .map(
    (hue) =>
      `.line.h${hue}, .faint.h${hue} { stroke: var(--h${hue}) } .band.h${hue}, .dot.h${hue} { fill: var(--h${hue}) } .key.h${hue} { color: var(--h${hue}) }`,
  )
  .join('\n')}
.line.h1 { stroke-dasharray: 7 3 } .line.h2 { stroke-dasharray: 2 2 } .line.h3 { stroke-dasharray: 9 3 2 3 } .line.h4 { stroke-dasharray: 12 4 } .line.h5 { stroke-dasharray: 1 3 }
details { margin: .5rem 0 } summary { cursor: pointer } pre { background: var(--panel); padding: .8rem; border-radius: 8px; overflow-x: auto; font-size: .82rem } input[type=search] { font: inherit; padding: .3rem .6rem; width: min(100%, 24rem); background: var(--page); color: var(--ink); border: 1px solid var(--rule); border-radius: 6px }
@media print { body { max-width: none; padding: 0 } figure { break-inside: avoid } input[type=search] { display: none } }
`;

/** Searching the lost facts; the page is complete without it. */
export const SCRIPT = `
for (const box of document.querySelectorAll('input[type=search]')) {
  const rows = document.getElementById(box.dataset.rows).querySelectorAll('tbody tr');
  box.hidden = false;
  box.addEventListener('input', () => {
    const wanted = box.value.toLowerCase();
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
  });
}
`;
