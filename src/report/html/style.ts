/** How the page looks: by day and by night, on a wide screen, on a phone, on paper. */
import { CHART_STYLE } from "./chart_style.ts";
import { TEXT_STYLE } from "./text_style.ts";

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

export const STYLE = `${COLORS}${LAYOUT}${TEXT_STYLE}${CHART_STYLE}`;
