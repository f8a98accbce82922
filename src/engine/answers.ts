// Room: engine. Who answers a decision when nobody sits at a terminal: the flags of the command line, then the policy of
// `--yes`. What neither answers is left to a person, or holds the deployment.

import type {DecisionAnswer, DecisionRequest} from '../domain/decision.ts';

export interface Flags {
	/** `--yes`: take what is recommended. Never answers where no option is recommended: trust, thin evidence. */
	readonly yes: boolean;
	/** `--select recommended|critical|ID,ID…` */
	readonly select?: string;
	/** `--trust HASH`: exactly these commands. */
	readonly trust?: string;
	/** The hash of the commands in the project file, to compare `trust` with. */
	readonly trustHash: string;
}

/** The first answer that flags or policy give, or undefined: then it takes a person. Pure. */
export function answerOf(request: DecisionRequest, flags: Flags): Omit<DecisionAnswer, 'id'> | undefined {
	if (request.kind === 'trust') {
		return flags.trust !== undefined && flags.trust === flags.trustHash ? {value: 'trust', by: 'flag'} : undefined;
	}
	if (request.kind === 'batch' && flags.select !== undefined) return {value: flags.select, by: 'flag'};
	const recommended = request.options.find((option) => option.recommended);
	return flags.yes && recommended !== undefined ? {value: recommended.value, by: 'policy'} : undefined;
}

/** Whether a person's answer is one of the request's. Feature ids are checked by the stage that asked. */
export function isAnswer(request: DecisionRequest, value: string): boolean {
	if (request.options.some((option) => option.value === value)) return true;
	return request.free === 'feature-ids' && /^[\w-]{1,64}(,[\w-]{1,64})*$/.test(value);
}
