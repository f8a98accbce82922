// Room: tui. How a chosen batch shall go out, in a few rows, and the whole recommendation below it.

import type {Recommendation} from '../../domain/advice/recommendation.ts';
import {recommendationLines, whenWords} from '../../report/recommendation.ts';
import {cutRow, paragraph, type Row, span} from '../rows.ts';
import type {Facts} from '../view.ts';

/** Red, in words as well; at most two rows. */
function bannerRows({risk}: Recommendation, width: number): Row[] {
	if (risk.level !== 'high risk') return [];
	return paragraph(`⚠ HIGH RISK: ${risk.because}`, width, 'bad', ' ').slice(0, 2);
}

/** Strategy and time; nothing before the batch is built. */
export function howRows({state}: Facts, width: number): Row[] {
	const {recommendation, strategy, chosen} = state;
	if (!recommendation) return [];
	const {timing, risk, monitoring} = recommendation;
	const by = chosen === undefined ? '' : `, by ${chosen.by}`;
	const why = timing.verdict === 'now' ? '' : `: ${(timing.reasons[0] ?? '').replace(/^.*?\): /, '')}`;
	const row = (label: string, text: string, tone: 'text' | 'warn', about: string) =>
		cutRow([span(` ${label.padEnd(9)}`, 'muted'), span(text, tone), span(about, 'muted')], width);
	return [
		...bannerRows(recommendation, width),
		row('strategy', `${strategy}${by}`, 'text', ` · level ${risk.level} · looks every ${monitoring.tickSeconds} s`),
		row('when', whenWords(recommendation), timing.verdict === 'now' ? 'text' : 'warn', why),
	];
}

export function recommendationRows(recommendation: Recommendation, width: number): Row[] {
	return [
		[span(' RECOMMENDED', 'strong')],
		...recommendationLines(recommendation, width - 1)
			.filter((line) => line !== 'HIGH RISK')
			.map((line) => cutRow([span(line)], width)),
	];
}
