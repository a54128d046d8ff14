/**
 * In a page, as an init script: notes when the charts in sight have all been drawn for the first time (`chartsDrawnAt`, of
 * Date.now). A chart makes its legend when it has drawn its curves, in the same task, so a change of the page tells to the
 * millisecond. In VS Code the frame around the panel's looks into it: a panel's own frame is written anew (document.open),
 * and what was begun in it is lost.
 */
export function noteDrawnCharts(): void {
  const held = window as unknown as { chartsDrawnAt: number | undefined };
  held.chartsDrawnAt = undefined;
  const look = (panel: HTMLElement): void => {
    const height = panel.ownerDocument.defaultView?.innerHeight ?? 0;
    const charts = [...panel.querySelectorAll<HTMLElement>('figure.chart')].filter((chart) => {
      const box = chart.getBoundingClientRect();
      return !chart.hidden && box.height > 0 && box.top < height && box.bottom > 0;
    });
    const isDrawn = charts.every((chart) => chart.querySelector('.legend button') !== null);
    if (charts.length > 0 && isDrawn) held.chartsDrawnAt ??= Date.now();
  };
  const begin = (): void => {
    const within = [...document.querySelectorAll('iframe')].map((frame) => frame.contentDocument);
    const panel = [document, ...within].map((page) => page?.getElementById('panel')).find((found) => found);
    if (panel === null || panel === undefined) {
      requestAnimationFrame(begin);
      return;
    }
    new MutationObserver(() => look(panel)).observe(panel, { childList: true, subtree: true });
    look(panel);
  };
  begin();
}
