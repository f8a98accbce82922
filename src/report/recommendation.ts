// Room: report. A recommendation in words: as plain lines for a terminal of any width, and as Markdown for the release plan.
// Pure. The seven factors are a waterfall: each bar begins where the one before ended, the last one ends at the score.

import type {Advice, Recommendation, RiskFactor} from '../domain/advice/recommendation.ts';
import {wallWords} from '../domain/advice/wall-clock.ts';
import {duration} from '../domain/learning/words.ts';
import {type Safe, safe} from '../domain/safe.ts';
import {percent, riskWords} from '../domain/selection/words.ts';
import {bullets, document, md, table} from './markdown.ts';

const LABEL = 12;
const BAR = 12;
/** Below this the bars go, so that the evidence keeps its room. */
const WITH_BARS = 72;

/** `better Mon 23 Nov 2026, 07:00 (Europe/Vienna)`, or `now`. */
export function whenWords({timing}: Pick<Recommendation, 'timing'>): string {
	if (timing.verdict === 'now') return 'now';
	return `better ${wallWords(Date.parse(timing.at), timing.timeZone)}`;
}

/** With the reasons, of which the first says what time it is now. */
export function whenSentence({timing}: Pick<Recommendation, 'timing'>): string {
	const why = timing.reasons.join('; ');
	return timing.verdict === 'now' ? `now, ${why}` : `${whenWords({timing})}. Now is ${why}`;
}

export interface Bar {
	/** Columns before it, and its own. */
	readonly from: number;
	readonly length: number;
}

/** The waterfall: where each factor's part of the score begins and ends. @param width columns for the whole score. */
export function waterfall(factors: readonly RiskFactor[], width: number): Bar[] {
	const parts = factors.map(({score, weight}) => score * weight);
	const all = parts.reduce((sum, part) => sum + part, 0);
	let sum = 0;
	return parts.map((part) => {
		const from = all === 0 ? 0 : Math.round((sum / all) * width);
		sum += part;
		const to = all === 0 ? 0 : Math.round((sum / all) * width);
		return {from, length: to - from};
	});
}

const points = ({score, weight}: RiskFactor) => `+${(score * weight).toFixed(3)}`;

/** Words of a text in lines of at most `width` columns; a longer word is cut. */
function folded(text: string, width: number): string[] {
	const lines: string[] = [];
	let line = '';
	for (const word of text.split(' ')) {
		const next = line === '' ? word : `${line} ${word}`;
		if ([...next].length <= width) line = next;
		else {
			if (line !== '') lines.push(line);
			line = [...word].length <= width ? word : `${[...word].slice(0, width - 1).join('')}…`;
		}
	}
	return [...lines, line];
}

/** A label at the left, the text beside it. */
export function block(label: string, texts: readonly string[], width: number): string[] {
	return texts.flatMap((text, nth) =>
		folded(text, Math.max(20, width - LABEL - 4)).map((line, index) => {
			const head = nth === 0 && index === 0 ? label : '';
			const dash = texts.length > 1 ? (index === 0 ? '· ' : '  ') : '';
			return `  ${head.padEnd(LABEL)}${dash}${line}`;
		}),
	);
}

function factorLines(factors: readonly RiskFactor[], score: number, width: number): string[] {
	const bars = width >= WITH_BARS ? waterfall(factors, BAR) : [];
	const head = (label: string, weight: string, own: string, part: string, bar: string) =>
		`  ${label.padEnd(13)}${weight.padStart(5)}${own.padStart(6)}${part.padStart(8)} ${bars.length > 0 ? `${bar.padEnd(BAR)} ` : ' '}`;
	const room = Math.max(16, width - head('', '', '', '', '').length);
	return [
		`${head('factor', 'weight', 'score', 'adds', '')}evidence`,
		...factors.flatMap((one, nth) => {
			const {from, length} = bars[nth] ?? {from: 0, length: 0};
			const first = head(
				one.factor,
				percent(one.weight),
				one.score.toFixed(2),
				points(one),
				`${' '.repeat(from)}${(one.known ? '█' : '░').repeat(length)}`,
			);
			return folded(one.evidence, room).map(
				(line, index) => `${index === 0 ? first : ' '.repeat(first.length)}${line}`,
			);
		}),
		head('together', '', '', score.toFixed(2), '').trimEnd(),
	];
}

const sentence = ({text}: Advice) => (/[.?!]$/.test(text) ? text : `${text}.`);

/** All six parts. @param width columns; only a single long word is cut, nothing else. */
export function recommendationLines(recommendation: Recommendation, width: number): Safe[] {
	const {risk, strategy, timing, resources, monitoring, rollback, advice} = recommendation;
	const asked = strategy.name === strategy.advised ? '' : ` (the risk asks for ${strategy.advised})`;
	const back =
		rollback.seconds === undefined
			? 'how long it takes was not measured here yet'
			: `took ${duration(rollback.seconds)} here when it was measured`;
	return [
		...(risk.level === 'high risk' ? ['HIGH RISK', ''] : []),
		...block('Risk', [`${riskWords(risk.value)} predicted, level ${risk.level}: ${risk.because}`], width),
		...block('Class', [`${risk.class}: ${risk.classBecause}`], width),
		'',
		...factorLines(risk.factors, risk.score, width),
		'',
		...block('Strategy', [`${strategy.name}${asked}, chosen by ${strategy.chosenBy}: ${strategy.because}`], width),
		...block('When', [whenSentence(recommendation)], width),
		...(timing.asks === undefined ? [] : block('', [`production will ask: ${timing.asks} (--now answers)`], width)),
		...block('Needs', resources, width),
		...block('Watch', monitoring.watch, width),
		...block('Back', [...rollback.steps, back], width),
		...(advice.length === 0
			? []
			: block(
					'Advice',
					advice.map((one) => `${one.severity === 'caution' ? 'caution: ' : ''}${sentence(one)} ${one.do}`),
					width,
				)),
	].map((line) => safe(line));
}

/** For the release plan, which has its advice in a part of its own. */
export function recommendationDocument(recommendation: Recommendation): string {
	const {risk, strategy, resources, monitoring, rollback} = recommendation;
	const list = (lines: readonly string[]) => bullets(lines.map(md));
	return document(
		'## What is recommended',
		table(
			['', ''],
			[
				['level', `**${risk.level}**: ${md(risk.because)}`],
				['class', `${risk.class}: ${md(risk.classBecause)}`],
				['strategy', `${md(strategy.name)}, chosen by ${strategy.chosenBy}: ${md(strategy.because)}`],
				['when', md(whenSentence(recommendation))],
				...(rollback.seconds === undefined ? [] : [['taking back', `${duration(rollback.seconds)}, as measured here`]]),
			],
		),
		'Seven factors, by their weights. How careful the circumstances ask to be; no probability.',
		table(
			['factor', 'weight', 'score', 'adds', 'evidence'],
			[
				...risk.factors.map((one) => [
					one.factor,
					percent(one.weight),
					one.score.toFixed(2),
					points(one),
					md(one.evidence),
				]),
				['together', '', '', risk.score.toFixed(2), ''],
			],
		),
		`It needs:\n\n${list(resources)}`,
		`It is watched:\n\n${list(monitoring.watch)}`,
	).trimEnd();
}
