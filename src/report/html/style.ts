/** The page's style sheet: light and dark, for a wide screen, a phone and paper. */

const COLORS = `
:root {
  --ground: #f4f5f7; --card: #fff; --line: #dfe2e8; --text: #1b1f27; --faint: #616a7a;
  --accent: #3355d1; --good: #18794e; --good-ground: #e2f5ea; --bad: #b42335; --bad-ground: #fdeaec;
  --warn: #8f5800; --warn-ground: #fff2d9; --code: #eef0f4;
  --selector: #6b7a90; --planner: #8250cf; --developer: #2f6fe0; --reviewer: #c06a12;
  --command: #54a0a8; --stripe: #e0a43a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0f1217; --card: #171b22; --line: #2a303b; --text: #e4e7ed; --faint: #949dad;
    --accent: #8ea6ff; --good: #5cc98f; --good-ground: #12301f; --bad: #ff8793; --bad-ground: #3a171c;
    --warn: #f0b95a; --warn-ground: #352607; --code: #1f242d;
    --selector: #8593a8; --planner: #a684e6; --developer: #5b93f5; --reviewer: #e29143;
    --command: #4f9ca4; --stripe: #d29a35;
  }
}`;

const LAYOUT = `
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere;
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans KR", sans-serif; }
main, footer { max-width: 62rem; margin: 0 auto; padding: 0 1.25rem; }
footer { padding: 1.5rem 1.25rem 3rem; color: var(--faint); font-size: .82rem; }
.part { margin: 2.25rem 0 0; }
h2 { font-size: .8rem; letter-spacing: .08em; text-transform: uppercase; color: var(--faint);
  margin: 0 0 .6rem; }
.card, .stage-card, .top { background: var(--card); border: 1px solid var(--line);
  border-radius: 12px; padding: 1rem 1.25rem; }
.top { margin-top: 1.25rem; border-top: 5px solid var(--faint); padding-top: 1.1rem; }
.top.ok { border-top-color: var(--good); }
.top.error { border-top-color: var(--bad); }
.top.cancelled { border-top-color: var(--warn); }
.top.unfinished { border-top-color: var(--accent); }
.eyebrow { margin: 0; color: var(--faint); font-size: .85rem; }
h1 { text-wrap: balance; margin: .1rem 0 .3rem; font-size: 1.7rem; line-height: 1.25; }
.ok .state { color: var(--good); } .error .state { color: var(--bad); }
.cancelled .state { color: var(--warn); } .unfinished .state { color: var(--accent); }
.verdict-line { font-weight: 500; font-size: 1.1rem; color: var(--faint); }
.where, .facts { margin: 0; color: var(--faint); font-size: .88rem; display: flex; flex-wrap: wrap;
  gap: .15rem 1rem; }
.numbers { display: grid; grid-template-columns: repeat(auto-fit, minmax(9.5rem, 1fr)); gap: .9rem 1.5rem;
  margin: 1.1rem 0 .2rem; }
.numbers div { min-width: 0; }
.numbers dt { font-size: .78rem; color: var(--faint); }
.numbers dd { margin: 0; font-size: 1.35rem; font-weight: 650; line-height: 1.25;
  font-variant-numeric: tabular-nums; }
.numbers dd.more { font-size: .82rem; font-weight: 400; color: var(--faint); }
.faint { color: var(--faint); }
.failure { color: var(--bad); background: var(--bad-ground); border-radius: 8px; padding: .6rem .9rem;
  margin: .6rem 0 0; white-space: pre-wrap; }
.stage-card { margin-bottom: 1rem; scroll-margin-top: 1rem; }
.stage-card > p:last-child, .top > :last-child { margin-bottom: 0; }
.stage-card:target { border-color: var(--accent); }
.stage-card h3 { margin: 0 0 .1rem; font-size: 1.1rem; display: flex; align-items: center;
  flex-wrap: wrap; gap: .5rem; }
.dot { width: .7rem; height: .7rem; border-radius: 50%; flex: none; background: var(--selector); }
.dot.planner { background: var(--planner); } .dot.developer { background: var(--developer); }
.dot.reviewer { background: var(--reviewer); }
@media (max-width: 40rem) {
  main, footer { padding-left: .75rem; padding-right: .75rem; }
  .card, .stage-card, .top { padding: .85rem .9rem; border-radius: 10px; }
  h1 { font-size: 1.4rem; }
  .verdict-line { display: block; }
  .numbers { grid-template-columns: 1fr 1fr; }
}
@media print {
  body { background: #fff; font-size: 11pt; }
  .card, .stage-card, .top { break-inside: avoid-page; }
  details > summary { list-style: none; }
  details::details-content { content-visibility: visible; display: block; }
  .scroll { overflow: visible; }
  pre { white-space: pre-wrap; }
}`;

/** Text, steps, reviews and diffs. */
const TEXT = `
a { color: var(--accent); }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace; }
code { font-size: .88em; background: var(--code); border-radius: 4px; padding: .08em .3em; }
pre { margin: .5rem 0; background: var(--code); border-radius: 8px; padding: .6rem .8rem;
  font-size: .84rem; line-height: 1.5; overflow-x: auto; white-space: pre; overflow-wrap: normal; }
pre code { background: none; padding: 0; font-size: 1em; }
pre.plain, .question pre { white-space: pre-wrap; overflow-wrap: anywhere; }
.output { max-height: 22rem; overflow: auto; }
.scroll { overflow-x: auto; }
.prose > :first-child { margin-top: 0; } .prose > :last-child { margin-bottom: 0; }
.prose p { margin: .5rem 0; }
.prose h4, .prose h5 { margin: 1rem 0 .3rem; font-size: 1rem; }
.prose h4 { font-size: 1.06rem; } .prose h4.h1 { font-size: 1.18rem; }
.prose ul, .prose ol { margin: .4rem 0; padding-left: 1.4rem; }
.prose blockquote { margin: .5rem 0; padding-left: .8rem; border-left: 3px solid var(--line);
  color: var(--faint); }
.prose hr { border: 0; border-top: 1px solid var(--line); margin: .8rem 0; }
.prose table { border-collapse: collapse; font-size: .92rem; overflow-wrap: normal; }
.prose th, .prose td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
.prose .right { text-align: right; } .prose .center { text-align: center; }
.chip { display: inline-block; font-size: .78rem; font-weight: 600; padding: .05rem .5rem;
  border-radius: 99px; background: var(--code); color: var(--faint); line-height: 1.5; }
.chip.good { background: var(--good-ground); color: var(--good); }
.chip.bad, .chip.blocker { background: var(--bad-ground); color: var(--bad); }
.chip.major { background: var(--warn-ground); color: var(--warn); }
.checklist, .findings, .file-list { list-style: none; padding: 0; margin: .7rem 0; }
.checklist li.completed span { color: var(--good); }
.checklist li.in_progress span { color: var(--warn); }
.steps { list-style: none; margin: .9rem 0 .2rem; padding: 0; }
.step { display: grid; grid-template-columns: 3.2rem minmax(0, 1fr); gap: .6rem; padding: .3rem 0; }
.step time { color: var(--faint); font-size: .82rem; padding-top: .32rem; text-align: right;
  font-variant-numeric: tabular-nums; }
.step p { margin: .2rem 0; }
.changes { display: flex; flex-wrap: wrap; gap: .15rem 1rem; font-size: .94rem; }
.box { border: 1px solid var(--line); border-radius: 8px; padding: 0 .7rem; background: var(--card);
  margin: .15rem 0; }
.box[open] { padding-bottom: .5rem; }
.box summary { cursor: pointer; padding: .32rem 0; display: flex; gap: .7rem; align-items: baseline;
  list-style: none; }
.box summary::-webkit-details-marker { display: none; }
.box summary::before { content: "▸"; color: var(--faint); flex: none; }
.box[open] > summary::before { content: "▾"; }
.box summary .line { flex: 1; min-width: 0; background: none; padding: 0; white-space: nowrap;
  overflow: hidden; text-overflow: ellipsis; }
.box[open] > summary .line { white-space: pre-wrap; }
.box summary .end { flex: none; font-size: .84rem; }
.box p { margin: .2rem 0; font-size: .84rem; }
.box .prose p { font-size: 1rem; }
.said { color: var(--faint); } .said.whole { color: inherit; }
.question { border-left: 4px solid var(--good); background: var(--ground); border-radius: 0 8px 8px 0;
  padding: .3rem .8rem; }
.question.bad { border-left-color: var(--bad); }
.question pre { background: var(--card); border: 1px solid var(--line); }
.steer { border-left: 4px solid var(--accent); padding-left: .7rem; }
.verdict { margin-top: .8rem; border-radius: 8px; padding: .5rem .9rem; background: var(--warn-ground); }
.verdict > p { margin: 0 0 .2rem; color: var(--warn); }
.verdict.approved { background: var(--good-ground); } .verdict.approved > p { color: var(--good); }
.verdict.unreadable { background: var(--bad-ground); } .verdict.unreadable > p { color: var(--bad); }
.findings { margin: .5rem 0 .2rem; }
.finding { display: flex; gap: .7rem; align-items: baseline; padding: .35rem 0;
  border-top: 1px solid var(--line); }
.finding .chip { flex: none; min-width: 4.2rem; text-align: center; }
.finding .chip { background: var(--card); }
.finding > div { min-width: 0; }
.plus { color: var(--good); } .minus { color: var(--bad); }
.counts { flex: none; font-size: .86rem; font-variant-numeric: tabular-nums; }
.path { flex: 1; min-width: 0; font-family: ui-monospace, Menlo, Consolas, monospace; font-size: .88rem; }
.file-list li { display: flex; gap: 1rem; padding: .2rem 0; }
.diffs h3 { font-size: .95rem; margin: 1.2rem 0 .5rem; }
.diffs .box { padding: 0; margin-bottom: .8rem; overflow: hidden; }
.diffs .box[open] { padding: 0; }
.diffs summary { padding: .5rem .8rem; font-weight: 600; }
.diffs .box[open] > summary { border-bottom: 1px solid var(--line); }
.diffs .scroll { scroll-margin-top: 3rem; }
.diffs .note { padding: 0 .8rem .5rem; }
.diff { margin: 0; border-radius: 0; background: none; padding: .3rem 0; width: max-content;
  min-width: 100%; overflow: visible; font-size: .8rem; }
.diff span { display: block; padding: 0 .8rem; }
.diff .add { background: var(--good-ground); color: var(--good); }
.diff .del { background: var(--bad-ground); color: var(--bad); }
.diff .hunk { color: var(--accent); background: var(--code); }
.diff .meta { color: var(--faint); }
@media (max-width: 40rem) {
  .step { grid-template-columns: 2.4rem minmax(0, 1fr); gap: .45rem; }
  .step time { font-size: .74rem; }
  .box summary { flex-wrap: wrap; gap: .1rem .6rem; }
  .box summary .line { flex: 1 1 calc(100% - 2rem); }
  .box summary .end { margin-left: 1.35rem; }
  .diffs summary { flex-wrap: nowrap; }
  .finding { display: block; } .finding .chip { min-width: 0; }
}
`;

/** The timeline. */
const CHART = `
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

export const STYLE = `${COLORS}${LAYOUT}${TEXT}${CHART}`;
