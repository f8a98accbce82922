// Room: report. The one style sheet of all HTML reports: light, dark, paper and phone. Colour never stands alone.

export const REPORT_STYLE = `
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b1f27;--soft:#5b6472;--line:#e3e6eb;--track:#e9ecf1;--good:#1a7f4b;--bad:#c62f3b;--warn:#a86500;--calm:#8a93a3;--good-bg:#e7f5ed;--bad-bg:#fdecee;--warn-bg:#fdf3e0;--accent:#3b5bdb}
@media screen and (prefers-color-scheme:dark){:root{--bg:#12151a;--card:#1a1e25;--ink:#e8ebf0;--soft:#9aa4b2;--line:#2a303a;--track:#2a303a;--good:#4cc38a;--bad:#ff6b76;--warn:#f0b04a;--calm:#7d8796;--good-bg:#14281f;--bad-bg:#321a1e;--warn-bg:#2e2413;--accent:#91a7ff}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.55 ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Liberation Sans",sans-serif}
main{max-width:64rem;margin:0 auto;padding:2rem 1.25rem 3rem}
h1{font-size:1.6rem;line-height:1.25;margin:.25rem 0 0;letter-spacing:-.01em;overflow-wrap:anywhere}
h2{font-size:1.05rem;margin:0 0 .9rem}
h3{font-size:.95rem;margin:0}
p{margin:0}
code,pre,.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Liberation Mono",monospace;font-size:.86em}
.soft{color:var(--soft)}
.good{color:var(--good)}.bad{color:var(--bad)}.warn{color:var(--warn)}.calm{color:var(--calm)}
.card{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:1.25rem 1.4rem;margin-top:1rem}
.hero{display:flex;gap:1.5rem;align-items:center;border-left:.4rem solid var(--good)}
.hero.red{border-left-color:var(--bad)}.hero.amber{border-left-color:var(--warn)}
.hero .what{flex:1;min-width:0}
.eyebrow{font-size:.78rem;letter-spacing:.06em;text-transform:uppercase;color:var(--soft);overflow-wrap:anywhere}
.hero .lead{margin-top:.35rem;overflow-wrap:anywhere}
.donut{width:7.5rem;height:7.5rem;flex:none}
.donut .big{font-size:17px;font-weight:650;fill:var(--ink)}
.donut .small{font-size:8.5px;fill:var(--soft)}
.s-good{stroke:var(--good)}.s-bad{stroke:var(--bad)}.s-warn{stroke:var(--warn)}.s-calm{stroke:var(--calm)}.s-track{stroke:var(--track)}
.f-good{fill:var(--good)}.f-bad{fill:var(--bad)}.f-warn{fill:var(--warn)}.f-calm{fill:var(--calm)}.f-accent{fill:var(--accent)}.f-track{fill:var(--track)}
.tiles{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.5rem,1fr));gap:.75rem;margin-top:1rem}
.tile{background:var(--card);border:1px solid var(--line);border-radius:.8rem;padding:.75rem 1rem}
.tile b{display:block;font-size:1.45rem;line-height:1.2;font-weight:650;font-variant-numeric:tabular-nums}
.tile span{color:var(--soft);font-size:.82rem}
.advice{list-style:none;margin:0;padding:0;display:grid;gap:.5rem}
.advice li{display:flex;gap:.7rem;padding:.55rem .8rem;border-radius:.55rem;background:var(--track);overflow-wrap:anywhere}
.advice .tag{flex:none;width:4.2rem;font-weight:650;font-size:.82rem;line-height:1.85}
.advice .stop{background:var(--bad-bg)}.advice .stop .tag{color:var(--bad)}
.advice .caution{background:var(--warn-bg)}.advice .caution .tag{color:var(--warn)}
.advice .hint .tag{color:var(--soft)}
.suites{display:grid;grid-template-columns:minmax(6rem,auto) auto minmax(6rem,1fr) auto;gap:.55rem 1rem;align-items:center}
.suites .name{font-weight:600;overflow-wrap:anywhere}
.suites .right{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}
.bar{display:block;width:100%;height:.8rem;border-radius:.25rem}
.key{display:flex;flex-wrap:wrap;gap:.3rem 1.1rem;margin-top:.9rem;font-size:.82rem;color:var(--soft)}
.key i{display:inline-block;width:.7rem;height:.7rem;border-radius:.2rem;margin-right:.4rem;vertical-align:-.05rem}
.k-good{background:var(--good)}.k-bad{background:var(--bad)}.k-warn{background:var(--warn)}.k-calm{background:var(--calm)}
.chip{display:inline-block;font-size:.78rem;font-weight:650;padding:.06rem .55rem;border-radius:1rem;white-space:nowrap}
.chip.good{background:var(--good-bg)}.chip.bad{background:var(--bad-bg)}.chip.warn{background:var(--warn-bg)}.chip.calm{background:var(--track);color:var(--soft)}
.fail{border-left:3px solid var(--bad);padding:.15rem 0 .15rem .9rem;margin-top:.9rem;overflow-wrap:anywhere}
.fail p{margin-top:.2rem;color:var(--soft);white-space:pre-wrap}
details{border-top:1px solid var(--line);padding:.2rem 0}
details:first-of-type{border-top:0}
summary{cursor:pointer;padding:.55rem 0;display:flex;flex-wrap:wrap;gap:.3rem .8rem;align-items:center}
summary::before{content:"▸";color:var(--soft);width:.8rem}
details[open]>summary::before{content:"▾"}
summary .grow{flex:1}
.cases{width:100%;border-collapse:collapse;font-size:.88rem;margin:.2rem 0 .8rem}
.cases td{padding:.2rem .6rem .2rem 0;vertical-align:top;border-top:1px solid var(--line);overflow-wrap:anywhere}
.cases td:first-child{width:6rem;white-space:nowrap;font-weight:600}
.cases td:last-child{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums;color:var(--soft);padding-right:0}
pre{background:var(--bg);border:1px solid var(--line);border-radius:.5rem;padding:.7rem .9rem;margin:.3rem 0 .9rem;overflow-x:auto;line-height:1.45;max-height:24rem}
.note{color:var(--warn);font-size:.88rem;margin:.1rem 0 .5rem}
.history{width:100%;height:auto;display:block}
.history text{font-size:11px;fill:var(--soft);font-variant-numeric:tabular-nums}
footer{margin-top:1.4rem;color:var(--soft);font-size:.82rem;overflow-wrap:anywhere}
@media (max-width:40rem){main{padding:1rem .8rem 2rem}.card{padding:1rem}.hero{gap:.8rem}.donut{width:5.2rem;height:5.2rem}h1{font-size:1.35rem}.suites{grid-template-columns:1fr auto auto;gap:.3rem .8rem}.suites .track{grid-column:1/-1;margin-bottom:.5rem;order:0}.advice li{flex-direction:column;gap:0}}
@media print{:root{--bg:#fff;--card:#fff}body{font-size:12px}main{max-width:none;padding:0}.card,.tile,.fail,.advice li{break-inside:avoid}.suite-list{break-inside:auto}details::details-content{content-visibility:visible;block-size:auto}pre{max-height:none;white-space:pre-wrap}*{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
`;
