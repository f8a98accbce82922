// Room: report. The HTML report of stage 4: one file that opens anywhere, with charts, history and advice. Pure.

import {seconds} from '../domain/deployment/describe.ts';
import type {SuiteResult, TestCase} from '../domain/release.ts';
import type {Safe} from '../domain/safe.ts';
import type {Summary} from '../domain/summary.ts';
import {type Html, html, page} from './html.ts';
import {count} from './release-facts.ts';
import {REPORT_STYLE} from './style.ts';
import {type Advice, adviceFor} from './test-advice.ts';

export interface TestReportFacts {
	readonly deployment: string;
	readonly project: Safe;
	readonly tag: string;
	readonly commit: string;
	/** ISO 8601, UTC. */
	readonly at: string;
	readonly features: number;
	readonly suites: readonly SuiteResult[];
	readonly green: boolean;
	/** Newest first; this deployment is not in it. */
	readonly history: readonly Summary[];
}

/** Beyond these a report gets long without telling more; the counts stay whole. */
const MAX_PASSED_SHOWN = 400;
const MAX_OTHERS_SHOWN = 300;
const MAX_FAILURES_ON_TOP = 20;
const MAX_HISTORY = 24;
const MAX_TAIL = 60;

type Tone = 'good' | 'bad' | 'warn' | 'calm';
interface Totals {
	readonly passed: number;
	readonly failed: number;
	readonly flaky: number;
	readonly skipped: number;
}

const TONES: Readonly<Record<TestCase['status'], Tone>> = {
	passed: 'good',
	failed: 'bad',
	flaky: 'warn',
	skipped: 'calm',
};
const MARKS: Readonly<Record<Tone, string>> = {good: '✓', bad: '✗', warn: '≈', calm: '–'};

function totalsOf(suites: readonly SuiteResult[]): Totals {
	const sum = (pick: (suite: SuiteResult) => number) => suites.reduce((all, suite) => all + pick(suite), 0);
	return {
		passed: sum((suite) => suite.passed),
		failed: sum((suite) => suite.failed),
		flaky: sum((suite) => suite.flaky ?? 0),
		skipped: sum((suite) => suite.skipped),
	};
}

const all = (totals: Totals) => totals.passed + totals.failed + totals.flaky + totals.skipped;

/** In the order of the bars: what is good first, so that its edge is comparable. */
const shares = (totals: Totals): readonly (readonly [Tone, number])[] => [
	['good', totals.passed],
	['warn', totals.flaky],
	['bad', totals.failed],
	['calm', totals.skipped],
];

const fixed = (n: number) => Number(n.toFixed(3));

function donut(totals: Totals, tone: Tone): Html {
	const ran = all(totals);
	const radius = 40;
	const length = 2 * Math.PI * radius;
	let at = 0;
	const arcs = shares(totals).map(([each, n]) => {
		if (n === 0 || ran === 0) return undefined;
		const part = (n / ran) * length;
		const arc = html`<circle class="${`s-${each}`}" cx="50" cy="50" r="${radius}" fill="none" stroke-width="11" stroke-dasharray="${fixed(part)} ${fixed(length - part)}" stroke-dashoffset="${fixed(-at)}" transform="rotate(-90 50 50)"/>`;
		at += part;
		return arc;
	});
	// Rounded down: 100 % is shown only when it is all of them.
	const share = ran === 0 ? MARKS[tone] : `${Math.floor((totals.passed / ran) * 100)} %`;
	const under = ran === 0 ? 'no cases read' : `${totals.passed} of ${ran} passed`;
	return html`<svg class="donut" viewBox="0 0 100 100" role="img" aria-label="${under}">
<circle class="s-track" cx="50" cy="50" r="${radius}" fill="none" stroke-width="11"/>${arcs}
<text class="big" x="50" y="54" text-anchor="middle">${share}</text>
<text class="small" x="50" y="67" text-anchor="middle">${ran === 0 ? under : 'passed'}</text>
</svg>`;
}

function bar(parts: readonly (readonly [Tone | 'accent', number])[], whole: number, label: string): Html {
	// A failed case among thousands must still be seen: what matters is never thinner than this, at the cost of the widest.
	const thinnest = (tone: Tone | 'accent') => (tone === 'bad' || tone === 'warn' ? 1 : 0);
	const widths = parts.map(([tone, n]) => (n > 0 && whole > 0 ? Math.max((n / whole) * 100, thinnest(tone)) : 0));
	const over = Math.max(0, widths.reduce((sum, width) => sum + width, 0) - 100);
	const widest = widths.indexOf(Math.max(...widths));
	let at = 0;
	const rects = parts.map(([tone], i) => {
		const width = (widths[i] ?? 0) - (i === widest ? over : 0);
		const rect =
			width > 0 && html`<rect class="${`f-${tone}`}" x="${fixed(at)}" y="0" width="${fixed(width)}" height="10"/>`;
		at += width;
		return rect;
	});
	return html`<svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" aria-label="${label}"><rect class="f-track" width="100" height="10"/>${rects}</svg>`;
}

function toneOf(suite: SuiteResult): Tone {
	if (suite.status === 'passed') return (suite.flaky ?? 0) > 0 || suite.failed > 0 ? 'warn' : 'good';
	if (!suite.required) return 'warn';
	return 'bad';
}

function chip(suite: SuiteResult): Html {
	const tone = toneOf(suite);
	const words = suite.status === 'skipped' ? 'ran nothing' : suite.status;
	const mark = suite.status === 'passed' ? MARKS[tone] : MARKS.bad;
	return html`<span class="${`chip ${tone}`}">${mark} ${words}</span>`;
}

function figures(suite: SuiteResult): string {
	if (suite.format === undefined) return `exit code ${suite.exit ?? '–'}`;
	const flaky = suite.flaky ?? 0;
	const parts = [
		`${suite.passed} passed`,
		suite.failed > 0 && `${suite.failed} failed`,
		flaky > 0 && `${flaky} flaky`,
		suite.skipped > 0 && `${suite.skipped} skipped`,
	];
	return parts.filter((part) => part !== false).join(', ');
}

function headline(facts: TestReportFacts): {tone: Tone; title: string; lead: string} {
	const {suites, green} = facts;
	if (suites.length === 0)
		return {
			tone: 'warn',
			title: 'Nothing was proven',
			lead: 'No tests are configured, so production is open, but unguarded.',
		};
	const red = suites.filter((suite) => suite.required && suite.status !== 'passed');
	if (!green) {
		const names = red.map((suite) => suite.name).join(', ');
		return {
			tone: 'bad',
			title: 'Tests are red',
			lead: `Production stays closed: ${names} must pass first. No traffic was moved.`,
		};
	}
	const optional = suites.filter((suite) => suite.status !== 'passed');
	const lead =
		optional.length === 0
			? `${count(suites.length, 'suite')} on the built release: production is open.`
			: `Production is open, but ${optional.map((suite) => suite.name).join(', ')} did not pass (not required).`;
	return {tone: optional.length === 0 ? 'good' : 'warn', title: 'Tests are green', lead};
}

function tile(value: string | number, label: string, tone?: Tone): Html {
	return html`<div class="tile"><b class="${tone ?? ''}">${value}</b><span>${label}</span></div>`;
}

function tiles(totals: Totals, ms: number, suites: number): Html {
	return html`<div class="tiles">
${tile(totals.passed, 'passed', totals.passed > 0 ? 'good' : undefined)}
${tile(totals.failed, 'failed', totals.failed > 0 ? 'bad' : undefined)}
${totals.flaky > 0 && tile(totals.flaky, 'flaky', 'warn')}
${tile(totals.skipped, 'skipped')}
${tile(suites, suites === 1 ? 'suite' : 'suites')}
${tile(seconds(ms), 'in all')}
</div>`;
}

const TAGS: Readonly<Record<Advice['level'], string>> = {stop: 'Mend', caution: 'Look at', hint: 'Hint'};

function adviceCard(advice: readonly Advice[]): Html {
	if (advice.length === 0)
		return html`<section class="card"><h2>Advice</h2><p class="soft">Nothing stands out.</p></section>`;
	return html`<section class="card"><h2>Advice</h2><ul class="advice">
${advice.map(({level, text}) => html`<li class="${level}"><span class="tag">${TAGS[level]}</span><span>${text}</span></li>`)}
</ul></section>`;
}

const KEY = html`<div class="key"><span><i class="k-good"></i>passed</span><span><i class="k-warn"></i>flaky</span><span><i class="k-bad"></i>failed</span><span><i class="k-calm"></i>skipped</span></div>`;

function suitesCard(suites: readonly SuiteResult[]): Html {
	const longest = Math.max(1, ...suites.map((suite) => suite.ms));
	const rows = suites.map((suite) => {
		const totals = totalsOf([suite]);
		const ran = all(totals);
		const parts = ran > 0 ? shares(totals) : ([[toneOf(suite), 1]] as const);
		return html`<div class="name">${suite.name}</div><div>${chip(suite)}</div><div class="track">${bar(parts, ran || 1, figures(suite))}</div><div class="right">${figures(suite)}</div>`;
	});
	const times = suites.map(
		(suite) =>
			html`<div class="name">${suite.name}</div><div></div><div class="track">${bar([['accent', suite.ms]], longest, seconds(suite.ms))}</div><div class="right">${seconds(suite.ms)}</div>`,
	);
	return html`<section class="card"><h2>Suites</h2><div class="suites">${rows}</div>${KEY}</section>
<section class="card"><h2>How long they took</h2><div class="suites">${times}</div></section>`;
}

function failuresCard(suites: readonly SuiteResult[]): Html | undefined {
	const failed = suites.flatMap((suite) =>
		suite.cases.filter((one) => one.status === 'failed').map((one) => ({suite: suite.name, ...one})),
	);
	if (failed.length === 0) return undefined;
	const shown = failed.slice(0, MAX_FAILURES_ON_TOP);
	return html`<section class="card"><h2>What failed</h2>
${shown.map((one) => html`<div class="fail"><div class="eyebrow">${one.suite}</div><h3>${one.name}</h3><p class="mono">${one.message ?? 'no message'}</p></div>`)}
${failed.length > shown.length && html`<p class="soft">… and ${failed.length - shown.length} more, below.</p>`}
</section>`;
}

/** Test counts of earlier deployments as columns, oldest left, this one last. */
function historyCard(facts: TestReportFacts, totals: Totals): Html {
	const earlier = facts.history.filter((summary) => summary.tests !== undefined).slice(0, MAX_HISTORY - 1);
	if (earlier.length === 0)
		return html`<section class="card"><h2>History</h2><p class="soft">This is the first deployment whose tests are remembered here.</p></section>`;
	const columns = [
		...earlier.reverse().map((summary) => ({
			label: summary.version ?? summary.id,
			passed: summary.tests?.passed ?? 0,
			failed: summary.tests?.failed ?? 0,
			green: summary.tests?.green ?? false,
			ended: summary.outcome.replace('_', ' '),
		})),
		{
			label: facts.tag.replace(/^v/, ''),
			passed: totals.passed,
			failed: totals.failed,
			green: facts.green,
			ended: 'this one',
		},
	];
	const [width, top, base] = [720, 18, 138];
	const most = Math.max(1, ...columns.map((column) => column.passed + column.failed));
	const step = Math.min(64, (width - 48) / columns.length);
	const scale = (n: number) => (n / most) * (base - top);
	const drawn = columns.map((column, i) => {
		const x = fixed(40 + i * step + step * 0.15);
		const wide = fixed(step * 0.7);
		const good = scale(column.passed);
		// One failed case among hundreds must still be seen.
		const bad = column.failed > 0 ? Math.max(3, scale(column.failed)) : 0;
		const last = i === columns.length - 1;
		const labelled = last || i === 0 || step >= 46;
		const anchor = last && columns.length > 1 && step < 46 ? 'end' : 'middle';
		const labelX = anchor === 'end' ? fixed(x + wide) : fixed(x + wide / 2);
		return html`<g><title>${column.label}: ${column.passed} passed, ${column.failed} failed; ${column.ended}</title>
<rect class="${column.green ? 'f-good' : 'f-calm'}" x="${x}" y="${fixed(base - good)}" width="${wide}" height="${fixed(good)}" rx="2"/>
${bad > 0 && html`<rect class="f-bad" x="${x}" y="${fixed(base - good - bad)}" width="${wide}" height="${fixed(bad)}" rx="2"/>`}
<text x="${fixed(x + wide / 2)}" y="${base + 13}" text-anchor="middle">${column.green ? '✓' : '✗'}</text>
${labelled && html`<text x="${labelX}" y="${base + 28}" text-anchor="${anchor}">${column.label.length > 12 ? `${column.label.slice(0, 11)}…` : column.label}</text>`}</g>`;
	});
	return html`<section class="card"><h2>History</h2>
<svg class="history" viewBox="0 0 ${width} 172" role="img" aria-label="Passed and failed cases of the last ${columns.length} deployments">
<rect class="f-track" x="36" y="${base}" width="${width - 40}" height="1"/><rect class="f-track" x="36" y="${top}" width="${width - 40}" height="1"/>
<text x="30" y="${top + 4}" text-anchor="end">${most}</text><text x="30" y="${base + 4}" text-anchor="end">0</text>${drawn}</svg>
<div class="key"><span><i class="k-good"></i>passed, suite green</span><span><i class="k-calm"></i>passed, but red in all</span><span><i class="k-bad"></i>failed</span></div></section>`;
}

function caseRow(one: TestCase): Html {
	const tone = TONES[one.status];
	const message = one.message !== undefined && html`<br><span class="soft mono">${one.message}</span>`;
	return html`<tr><td class="${tone}">${MARKS[tone]} ${one.status}</td><td>${one.name}${message}</td><td>${one.ms === undefined ? '' : seconds(one.ms)}</td></tr>`;
}

function suiteDetails(suite: SuiteResult): Html {
	const others = suite.cases.filter((one) => one.status !== 'passed');
	const passed = suite.cases.filter((one) => one.status === 'passed');
	const shown = [...others.slice(0, MAX_OTHERS_SHOWN), ...passed.slice(0, MAX_PASSED_SHOWN)];
	const hidden = suite.passed + suite.failed + suite.skipped + (suite.flaky ?? 0) - shown.length;
	const bad = suite.status !== 'passed';
	const notes = (suite.notes ?? []).map((note) => html`<p class="note">${note}</p>`);
	const tail = (bad || suite.format === undefined) && suite.tail.length > 0;
	const inside = html`${chip(suite)} <strong>${suite.name}</strong><span class="soft">${figures(suite)}</span><span class="grow"></span><span class="soft">${suite.required ? 'required' : 'not required'} · ${seconds(suite.ms)}</span>`;
	const content = html`<p class="soft"><code>${suite.command}</code>${suite.format === undefined ? '' : ` · read as ${suite.format}`}${suite.exit === undefined ? '' : ` · exit code ${suite.exit}`}</p>
${notes}${tail && html`<pre>${suite.tail.slice(-MAX_TAIL).join('\n')}</pre>`}
${shown.length > 0 && html`<table class="cases">${shown.map(caseRow)}</table>`}
${hidden > 0 && html`<p class="soft">… and ${hidden} more.</p>`}`;
	return bad
		? html`<details open><summary>${inside}</summary>${content}</details>`
		: html`<details><summary>${inside}</summary>${content}</details>`;
}

/** @param styleHash base64 SHA-256 of `REPORT_STYLE`. */
export function testReport(facts: TestReportFacts, styleHash: string): string {
	const {suites, project, tag} = facts;
	const totals = totalsOf(suites);
	const {tone, title, lead} = headline(facts);
	const ms = suites.reduce((sum, suite) => sum + suite.ms, 0);
	const colour = tone === 'bad' ? 'red' : tone === 'warn' ? 'amber' : '';
	const body = html`<main>
<section class="${`card hero ${colour}`}"><div class="what">
<div class="eyebrow">${project} ${tag} · test report</div>
<h1><span class="${tone}">${tone === 'warn' ? '!' : MARKS[tone]}</span> ${title}</h1>
<p class="lead">${lead}</p>
</div>${suites.length > 0 && donut(totals, tone)}</section>
${suites.length > 0 && tiles(totals, ms, suites.length)}
${failuresCard(suites)}
${adviceCard(adviceFor(suites, facts.history))}
${suites.length > 0 && suitesCard(suites)}
${historyCard(facts, totals)}
${suites.length > 0 && html`<section class="card suite-list"><h2>Every case</h2>${suites.map(suiteDetails)}</section>`}
<footer>Deployment ${facts.deployment} · ${count(facts.features, 'feature')} · commit <code>${facts.commit.slice(0, 12)}</code> · ${facts.at} · made by Orchestra</footer>
</main>`;
	return page({title: `${title}: ${project} ${tag}`, style: REPORT_STYLE, styleHash, body});
}
