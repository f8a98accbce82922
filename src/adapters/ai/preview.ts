// Room: adapters. What would be asked, without asking: the same code that makes a real request, up to the point of sending.

import type {RankedFeature} from '../../domain/feature.ts';
import {type ClaudeParts, type Estimate, estimateOf, type Standing, standingOf} from './claude.ts';
import {type AiRequest, RETRIES, requestFor} from './client.ts';
import {hostOf, secretsOf} from './credentials.ts';
import {payloadOf, wordsOf} from './payload.ts';

export interface Preview {
	/** The body of the request. Ids and fences are new in each one. */
	readonly request: AiRequest;
	readonly host: string;
	readonly features: number;
	/** Features that are not sent, because there are too many. */
	readonly left: number;
	readonly estimate: Estimate;
	/** What the caps count with: each attempt may cost. */
	readonly attempts: number;
	readonly standing: Standing;
}

/** Throws when secrets cannot be looked for: then a real request would not be made either. */
export async function previewOf(features: readonly RankedFeature[], parts: ClaudeParts): Promise<Preview> {
	const payload = await payloadOf(features, [...secretsOf(parts.env), ...(await parts.secrets())]);
	const request = requestFor(parts.settings.model, wordsOf(payload));
	return {
		request,
		host: hostOf(parts.env),
		features: payload.sent.length,
		left: payload.left,
		estimate: estimateOf(request, parts.settings),
		attempts: 1 + RETRIES,
		standing: await standingOf(parts),
	};
}
