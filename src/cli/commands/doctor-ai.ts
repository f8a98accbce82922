// Room: cli. The check of `doctor` that says whether Claude takes part, and why not. Only what can be known without a network:
// whether credentials are good, only a request can say.

import {realpathSync} from 'node:fs';
import {standingOf} from '../../adapters/ai/claude.ts';
import {consentFor} from '../../adapters/ai/consent.ts';
import {hostOf} from '../../adapters/ai/credentials.ts';
import {openTrustStore} from '../../adapters/project/trust.ts';
import {DEFAULT_AI, priceOf, RETIRING} from '../../domain/ai.ts';
import {type Check, ok, warning} from './doctor-check.ts';

export const aiCheck: Check = {
	id: 'ai',
	title: 'Claude',
	async look(context) {
		const project = await context.project().then(
			(loaded) => loaded.project,
			() => undefined,
		);
		const settings = project?.ai ?? DEFAULT_AI;
		const standing = await standingOf({
			settings,
			env: context.env,
			consent: consentFor(realpathSync(context.root), openTrustStore(), settings),
			allowedByFile: async () =>
				settings.enabled === 'on' && project !== undefined && (await context.trust(project)).trusted,
		});
		const {model} = settings;
		if (!standing.on) {
			const text = `AI off, rules only: ${standing.why}`;
			return standing.wanted ? warning(text, 'orchestra guide ai') : ok(text);
		}
		const text = `on: ${model} at ${hostOf(context.env)}, with ${standing.from}`;
		const end = Object.hasOwn(RETIRING, model) ? RETIRING[model] : undefined;
		if (end !== undefined)
			return warning(
				`${text}; this model ends on ${end}`,
				`orchestra config set ai.model ${DEFAULT_AI.model}`,
				'orchestra guide ai',
			);
		if (!priceOf(settings).known)
			return warning(`${text}; no price is known for it: the caps count with a dear one`, 'orchestra guide ai');
		return ok(text);
	},
};
