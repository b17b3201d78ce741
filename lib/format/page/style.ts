/** One column on a phone, two beside each other from 60 rem on; no font, picture or sheet from elsewhere. */
export const style = `
:root {
  color-scheme: light dark;
  --paper: #fff; --card: #f5f6f8; --ink: #12161c; --soft: #566070; --line: #e1e5ea; --accent: #1f57d6; --on: #fff;
  --mono: ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1014; --card: #151a20; --ink: #e9edf2; --soft: #9ba6b4; --line: #262d36; --accent: #9dbbff; --on: #0d1014;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
}
header, main, footer { max-width: 70rem; margin: 0 auto; padding: 0 clamp(1.25rem, 4vw, 2.5rem); }
header { padding-top: clamp(2rem, 6vw, 4.5rem); }
.kind { margin: 0; color: var(--soft); font-size: .875rem; }
h1 {
  margin: .25rem 0 .5rem; font-size: clamp(2rem, 5vw, 3.25rem); line-height: 1.1; letter-spacing: -.025em;
  font-weight: 650; overflow-wrap: anywhere;
}
.lede { margin: 0; max-width: 46rem; color: var(--soft); font-size: 1.125rem; }
.actions { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; margin: 1.75rem 0 0; }
.button {
  padding: .65rem 1.05rem; border: 1px solid var(--line); border-radius: .6rem; background: transparent;
  color: var(--ink); font: inherit; font-weight: 550; text-decoration: none; cursor: pointer;
}
.button:hover { border-color: var(--soft); }
.main { border-color: var(--accent); background: var(--accent); color: var(--on); }
.main:hover { border-color: var(--accent); filter: brightness(1.08); }
#status { color: var(--soft); font-size: .9375rem; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 3px; border-radius: .4rem; }
figure { margin: 2.25rem 0 0; }
figure img {
  display: block; width: 100%; height: auto; border-radius: .9rem; background: #0d1014; border: 1px solid var(--line);
}
figcaption { margin-top: .6rem; color: var(--soft); font-size: .875rem; }
h2 { margin: 0 0 .9rem; font-size: 1.25rem; letter-spacing: -.01em; font-weight: 620; }
h3 { margin: 0 0 .5rem; font-size: .9375rem; font-weight: 600; }
section { margin-top: 3rem; min-width: 0; }
dl { margin: 0; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; overflow-wrap: anywhere; font-variant-numeric: tabular-nums; }
.facts dl > div { display: grid; grid-template-columns: 8rem 1fr; gap: 1rem; padding: .55rem 0; }
.facts dl > div + div { border-top: 1px solid var(--line); }
.facts dt { font-size: .9375rem; }
.scroll { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: .9375rem; font-variant-numeric: tabular-nums; }
th, td { padding: .5rem 1.5rem .5rem 0; border-bottom: 1px solid var(--line); text-align: left; font-weight: 400; }
thead th { color: var(--soft); font-size: .875rem; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
td { white-space: nowrap; }
.number { text-align: right; }
.swatch {
  display: inline-block; width: .75em; height: .75em; margin-right: .6em; border-radius: 50%;
  box-shadow: inset 0 0 0 1px rgb(0 0 0 / .15);
}
.id { font-family: var(--mono); font-size: .9em; }
.name { margin-right: .6em; font-weight: 550; overflow-wrap: anywhere; unicode-bidi: isolate; }
.name + .id { color: var(--soft); }
pre {
  margin: 0; padding: 1rem 1.15rem; overflow-x: auto; border-radius: .7rem; background: var(--card);
  font: .8125rem/1.6 var(--mono); tab-size: 4;
}
h3 ~ h3 { margin-top: 1.5rem; }
a { color: var(--accent); text-underline-offset: .2em; }
a.main { color: var(--on); }
footer {
  margin-top: 4rem; padding-top: 1.25rem; padding-bottom: 2.5rem; color: var(--soft); font-size: .875rem;
}
.note { margin: .75rem 0 0; color: var(--soft); font-size: .875rem; }
@media (min-width: 60rem) {
  .pair { display: grid; grid-template-columns: minmax(0, 5fr) minmax(0, 6fr); gap: 0 4rem; }
}
@media (max-width: 40rem) {
  .button { padding: .6rem .9rem; font-size: .9375rem; }
  .facts dl > div { grid-template-columns: 6.5rem 1fr; }
  table { font-size: .875rem; }
  th, td { padding-right: .9rem; }
  .name + .id { display: block; margin-left: 1.35em; }
}
@media (prefers-reduced-motion: no-preference) {
  .button { transition: border-color .15s, filter .15s; }
}
@media print { .actions { display: none; } }
`;
