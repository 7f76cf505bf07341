// The evaluation as a page that a person can look at: one file, nothing fetched.
import type { Interval } from './bootstrap.ts';
import type { MethodResult } from './evaluate.ts';
import { RECALLS } from './quality.ts';

export interface EvaluationReport {
  readonly dataset: string;
  readonly embedder: { name: string; dimensions: number };
  /** Photos that are searched, and queries. */
  readonly photos: number;
  readonly queries: number;
  readonly classes: number;
  /** Ranks at which average precision is cut off. */
  readonly depth: number;
  readonly unreadable: readonly { name: string; reason: string }[];
  readonly results: readonly MethodResult[];
  /** Milliseconds since 1970, UTC. */
  readonly madeAt: number;
}

const WIDTH = 460;
const HEIGHT = 300;
const MARGIN = 44;

export function renderReport(report: EvaluationReport): string {
  const { results } = report;
  const bits = [...new Set(results.map((result) => result.bits).filter((value) => value !== null))].sort(
    (a, b) => a - b,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Likeness: retrieval on ${text(report.dataset)}</title>
<style>${STYLE}</style>
<h1>Retrieval on ${text(report.dataset)}</h1>
<p>${report.queries} queries against ${report.photos} other photos of ${report.classes} classes; features by ${text(report.embedder.name)}
(${report.embedder.dimensions} dimensions). Every method learned from the photos searched, without their labels; where it has a
setting to choose, it was chosen on queries drawn from those photos. Codes alone; nothing is ranked again.</p>
<p class="quiet">mAP@${report.depth}: average precision over the hits within the first ${report.depth}, divided by their number. P@k: share of the first k
that are of the query's class. Below each: where it lies with 95% confidence, by the bootstrap over queries. ${new Date(report.madeAt).toISOString().slice(0, 10)}.${report.unreadable.length > 0 ? ` Left out, because they could not be read: ${report.unreadable.length}.` : ''}</p>
${table(results, report.depth)}
<h2>Precision and recall</h2>
<div class="charts">
${bits
  .map((b) =>
    chart(
      `${b} bits`,
      results.filter((result) => result.bits === b || result.bits === null),
    ),
  )
  .join('\n')}
</div>
</html>
`;
}

function table(results: readonly MethodResult[], depth: number): string {
  const best = (bits: number | null, of: (result: MethodResult) => number): number =>
    Math.max(...results.filter((result) => result.bits === bits).map(of));
  const cell = (result: MethodResult, of: (result: MethodResult) => number, range?: Interval): string => {
    const value = of(result);
    const sure = range ? `<br><span class="quiet">${range.map((end) => end.toFixed(3)).join(' to ')}</span>` : '';
    return `<td${value === best(result.bits, of) && result.bits !== null ? ' class="best"' : ''}>${value.toFixed(4)}${sure}</td>`;
  };
  const sorted = results.toSorted((a, b) => (a.bits ?? Infinity) - (b.bits ?? Infinity));
  const rows = sorted.map(
    (result, i) =>
      `<tr${i > 0 && sorted[i - 1].bits !== result.bits ? ' class="next"' : ''}><th scope="row">${text(result.method)}</th><td>${result.bits ?? ''}</td><td class="words">${text(result.variant)}</td>${cell(result, (r) => r.mAP, result.interval.mAP)}${cell(result, (r) => r.precisionAt10, result.interval.precisionAt10)}${cell(result, (r) => r.precisionAt100)}<td>${result.bytesAPhoto}</td><td>${result.trainingSeconds.toFixed(1)}</td><td>${result.encodingSeconds.toFixed(2)}</td><td>${result.searchMilliseconds.toFixed(2)}</td></tr>`,
  );
  return `<table>
<thead><tr><th scope="col">method</th><th scope="col">bits</th><th scope="col">setting</th><th scope="col">mAP@${depth}</th><th scope="col">P@10</th><th scope="col">P@100</th><th scope="col">bytes a photo</th><th scope="col">training s</th><th scope="col">encoding s</th><th scope="col">search ms</th></tr></thead>
<tbody>
${rows.join('\n')}
</tbody>
</table>`;
}

function chart(title: string, results: readonly MethodResult[]): string {
  const top = Math.max(0.1, ...results.flatMap(({ curve }) => curve)) * 1.05;
  const x = (recall: number): string => (MARGIN + recall * (WIDTH - MARGIN - 8)).toFixed(1);
  const y = (precision: number): string => (HEIGHT - MARGIN - (precision / top) * (HEIGHT - MARGIN - 8)).toFixed(1);
  const lines = results.map(
    ({ method, curve }, i) =>
      `<polyline points="${curve.map((precision, r) => `${x(RECALLS[r])},${y(precision)}`).join(' ')}" stroke="${colourOf(i)}"${method.startsWith('deepquan') ? ' stroke-width="3"' : ''}${method === 'exact' ? ' stroke-dasharray="6 4"' : ''}><title>${text(method)}</title></polyline>`,
  );
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => [
    `<text x="${x(share)}" y="${HEIGHT - MARGIN + 16}" text-anchor="middle">${share}</text>`,
    `<text x="${MARGIN - 6}" y="${Number(y(share * top)) + 4}" text-anchor="end">${(share * top).toFixed(2)}</text><line x1="${MARGIN}" x2="${WIDTH - 8}" y1="${y(share * top)}" y2="${y(share * top)}"/>`,
  ]);
  const legend = results.map(
    ({ method }, i) => `<span><i style="background:${colourOf(i)}"></i>${text(method)}</span>`,
  );
  return `<figure>
<figcaption>${text(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="Precision over recall at ${text(title)}">${ticks.join('')}<text x="${WIDTH / 2}" y="${HEIGHT - 8}" text-anchor="middle">recall</text>${lines.join('')}</svg>
<p class="legend">${legend.join(' ')}</p>
</figure>`;
}

/** Colours that people with colour-blindness tell apart (Okabe and Ito 2008). */
function colourOf(i: number): string {
  return ['#999999', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#cc79a7', '#d55e00', '#e69f00', '#000000'][i % 9];
}

function text(value: string): string {
  return value.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

const STYLE = `
body { font: 15px/1.5 system-ui, sans-serif; margin: 32px auto; max-width: 1000px; padding: 0 20px; color: #222; background: #fff; }
h1 { font-size: 24px; } h2 { font-size: 18px; margin-top: 32px; } .quiet { color: #666; font-size: 13px; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; font-size: 13px; }
th, td { padding: 4px 8px; text-align: right; } th[scope=row], .words, thead th:first-child, thead th:nth-child(3) { text-align: left; } thead { border-bottom: 2px solid #222; }
.next { border-top: 1px solid #bbb; } .best { font-weight: 700; }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(420px, 1fr)); gap: 16px; }
figure { margin: 0; } figcaption { font-weight: 600; } svg { width: 100%; } svg text { font-size: 11px; fill: #555; } svg line { stroke: #e4e4e4; }
polyline { fill: none; stroke-width: 1.6; } .legend span { margin-right: 12px; white-space: nowrap; font-size: 12px; }
.legend i { display: inline-block; width: 12px; height: 3px; margin-right: 5px; vertical-align: middle; }
`;
