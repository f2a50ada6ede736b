// What both kinds of page share: the frame and the style. A page is one file and loads nothing.

import { escapeHtml } from './escape.ts';

const STYLE = `
:root { color-scheme: light dark; --pass: #176b2c; --fail: #b3151c; --none: #6b6b6b; --line: #d4d4d4; --soft: #f4f4f4; --ground: #fff; --text: #1a1a1a; --link: #0b57b0 }
@media (prefers-color-scheme: dark) { :root { --pass: #6fcf87; --fail: #ff8a8a; --none: #a3a3a3; --line: #3c3c3c; --soft: #222; --ground: #161616; --text: #ececec; --link: #8ab8ff } }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 1rem; max-width: 80rem; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
h1 { font-size: 1.5rem; margin: 0 0 .5rem }
h2 { font-size: 1.1rem; margin: 2rem 0 .5rem }
a { color: var(--link) }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px }
table { border-collapse: collapse; width: 100% }
th, td { padding: .2rem .6rem; border-bottom: 1px solid var(--line); text-align: left; vertical-align: top }
thead th { position: sticky; top: 0; background: var(--ground); z-index: 1 }
tr:has(th[scope=rowgroup]) > * { background: var(--soft); padding-top: .6rem }
td.outcome, th.agent { text-align: center; white-space: nowrap }
td.outcome a { display: block; text-decoration: none; font-weight: 600 }
.pass { color: var(--pass) } .fail { color: var(--fail) } .none { color: var(--none) }
.wide { overflow: auto; max-height: 92vh; border: 1px solid var(--line) }
td { overflow-wrap: anywhere }
tbody th[scope=row] { white-space: nowrap }
@media (max-width: 40rem) { th, td { padding: .2rem .35rem } tbody th[scope=row] { white-space: normal; font-size: .75rem } tbody th[scope=row] + td { min-width: 9rem } }
label { display: inline-block; padding: .2rem 0 }
code, pre { font: .85rem/1.5 ui-monospace, monospace }
details { border: 1px solid var(--line); border-radius: .4rem; margin: .4rem 0 }
summary { padding: .4rem .7rem; cursor: pointer }
details > div { padding: 0 .7rem .7rem }
ol.log { list-style: none; margin: 0; padding: 0 }
ol.log > li { border-top: 1px solid var(--line); padding: .3rem 0 }
.when { color: var(--none); font-variant-numeric: tabular-nums }
.segments { display: grid; grid-template-columns: minmax(8rem, 24rem) 1fr; gap: 0 1rem; margin: 0 }
.segments dt { overflow-wrap: anywhere } .segments dd { margin: 0; overflow-wrap: anywhere; white-space: pre-wrap }
@media (max-width: 40rem) { .segments { grid-template-columns: 1fr } .segments dd { margin: 0 0 .4rem 1rem } }
:root:has(#failures:checked) tr.fine { display: none }
`;

/** Opens what the address points into, where the browser does not do it by itself. */
const OPENER = `
const open = () => document.getElementById(decodeURIComponent(location.hash.slice(1)))?.closest('details')?.setAttribute('open', '');
addEventListener('hashchange', open); open();
`;

export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
${body}
</main>
<script>${OPENER}</script>
</body>
</html>
`;
}
