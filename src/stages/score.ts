// Room: stages. The score: the six stages in their order, typed so that a wrong order does not compile.

import type {Batch, DiscoveryReport} from '../domain/batch.ts';
import type {DeploymentState} from '../domain/deployment/state.ts';
import type {Outcome} from '../domain/outcome.ts';
import type {Lesson} from '../domain/pattern.ts';
import type {ProductionReport, StagedRelease, TestReport} from '../domain/release.ts';
import type {Safe} from '../domain/safe.ts';
import type {Stage} from './stage.ts';

/** What each stage is given: the outputs of all before it. */
export type Before = {
	discovery: Record<string, never>;
	selection: {discovery: DiscoveryReport};
	staging: Before['selection'] & {selection: Batch};
	testing: Before['staging'] & {staging: StagedRelease};
	production: Before['testing'] & {testing: TestReport};
	/** Learning always runs, however far the others came. */
	learning: Partial<Before['production'] & {production: ProductionReport}> & {
		ended: {outcome: Outcome; why?: Safe; cause?: string; trafficMoved: boolean};
		state: DeploymentState;
	};
};

export interface Score {
	readonly discovery: Stage<Before['discovery'], DiscoveryReport>;
	readonly selection: Stage<Before['selection'], Batch>;
	readonly staging: Stage<Before['staging'], StagedRelease>;
	readonly testing: Stage<Before['testing'], TestReport>;
	readonly production: Stage<Before['production'], ProductionReport>;
	readonly learning: Stage<Before['learning'], Lesson>;
}
