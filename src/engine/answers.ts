// Room: engine. Who answers a decision when nobody sits at a terminal: the flags of the command line, then the policy of
// `--yes`. What neither answers is left to a person, or holds the deployment.

import type {DecisionAnswer, DecisionRequest} from '../domain/decision.ts';

export interface Flags {
	/** `--yes`: take what is recommended. Never answers where no option is recommended: trust, thin evidence. */
	readonly yes: boolean;
	/** `--select recommended|critical|ID,ID,!ID…` */
	readonly select?: string;
	/** `--now`: production may begin although a freeze or the change windows say later. */
	readonly now?: boolean;
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
	if (request.kind === 'timing') return flags.now === true ? {value: 'go', by: 'flag'} : undefined;
	// A wish about groups would be given again to each list that it makes: `orchestra group` does that.
	if (request.kind === 'batch' && flags.select !== undefined && !GROUPING.test(flags.select))
		return {value: flags.select, by: 'flag'};
	const recommended = request.options.find((option) => option.recommended);
	return flags.yes && recommended !== undefined ? {value: recommended.value, by: 'policy'} : undefined;
}

const IDS = /^!?[\w-]{1,64}(,!?[\w-]{1,64})*$/;
/** `group join f-a,f-b`, `group rename f-a A new title`: not which features go, but which there are. */
const GROUPING = /^group [a-z]{1,12} [\w,-]{1,4000}(?: \P{Cc}{0,200})?$/u;

/** Whether a person's answer is one of the request's. Feature ids are checked by the stage that asked. */
export function isAnswer(request: DecisionRequest, value: string): boolean {
	if (request.options.some((option) => option.value === value)) return true;
	return request.free === 'feature-ids' && (IDS.test(value) || GROUPING.test(value));
}
