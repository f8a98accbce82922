// Room: headless. What a plan leaves behind on the normal screen: the recommendation, readable and easy to copy.

import type {Ending} from '../engine/live.ts';
import {recommendationLines} from '../report/recommendation.ts';

/** Longer lines than this are hard to read, however wide the terminal is. */
const WIDEST = 120;

/** Nothing when it was no plan, or nothing was chosen. */
export function planLines({state}: Ending, width: number, colour = false): string[] {
	const {planOnly, recommendation} = state;
	if (!planOnly || recommendation === undefined) return [];
	const red = (line: string) => (colour && line === 'HIGH RISK' ? `\u001b[31m${line}\u001b[39m` : line);
	return ['Recommended', '', ...recommendationLines(recommendation, Math.min(width, WIDEST)).map(red)];
}
