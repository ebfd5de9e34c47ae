/** How text, steps, reviews and diffs look. */

export const TEXT_STYLE = `
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
.prose table { border-collapse: collapse; font-size: .92rem; overflow-wrap: normal; }
.prose th, .prose td { border: 1px solid var(--line); padding: .3rem .6rem; text-align: left; }
.reference { text-decoration: underline dotted; }
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
