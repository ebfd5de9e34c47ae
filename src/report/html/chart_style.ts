/** How the timeline looks. */

export const CHART_STYLE = `
.chart { background: var(--card); border: 1px solid var(--line); border-radius: 12px;
  padding: .6rem 1.25rem .7rem; }
.defs { position: absolute; }
.row { display: grid; grid-template-columns: 14rem minmax(0, 1fr); gap: 1rem; align-items: center; }
.row + .row { border-top: 1px solid var(--line); }
.row.axis + .row { border-top: 0; }
.label { display: flex; gap: .5rem; align-items: center; font-size: .88rem; color: inherit;
  text-decoration: none; padding: .3rem 0; }
.label:hover { text-decoration: underline; }
.label .took { margin-left: auto; color: var(--faint); font-variant-numeric: tabular-nums;
  white-space: nowrap; }
.track { width: 100%; display: block; overflow: visible; }
.tick { fill: var(--faint); font-size: 11px; font-variant-numeric: tabular-nums; }
.tick.end { text-anchor: end; }
.grid { stroke: var(--line); stroke-width: 1; }
.stage { fill: var(--selector); }
.stage.planner { fill: var(--planner); } .stage.developer { fill: var(--developer); }
.stage.reviewer { fill: var(--reviewer); }
.stage.failed, .stage.lost { stroke: var(--bad); stroke-width: 2; }
.stage.open, .stage.interrupted { fill-opacity: .45; stroke: var(--faint); stroke-dasharray: 4 3; }
rect.command { fill: var(--command); } rect.command.failed { fill: var(--bad); }
rect.tool { fill: var(--selector); }
circle.files { fill: var(--planner); stroke: var(--card); stroke-width: 1; }
.wait-ground { fill: var(--warn-ground); } .wait-stripe { fill: var(--stripe); }
rect.approval { stroke: var(--stripe); }
circle.allowed { fill: var(--good); stroke: var(--card); } circle.denied { fill: var(--bad); stroke: var(--card); }
rect.pause { fill: var(--line); fill-opacity: .6; }
.legend { display: flex; flex-wrap: wrap; gap: .2rem 1.2rem; margin: .5rem 0 0; font-size: .82rem;
  color: var(--faint); }
@media (max-width: 40rem) {
  .chart { padding: .5rem .9rem .6rem; border-radius: 10px; }
  .row { grid-template-columns: minmax(0, 1fr); gap: 0; }
  .row.axis > span { display: none; }
  .label { padding: .35rem 0 0; }
}
@media print { .stage, rect, circle, .dot, .chip, .diff span { print-color-adjust: exact;
  -webkit-print-color-adjust: exact; } }
`;
