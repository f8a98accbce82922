// Room: detectors. What changes of configuration, flags and schedules can mean, as rows.

import type {Rule} from '../../../domain/rule.ts';
import {rulesOf} from '../rules.ts';

export const CONFIGURATION_RULES: readonly Rule[] = rulesOf('config', 'OPS', [
	[
		'config-variable-required',
		'caution',
		'code reads a variable that nobody promised',
		'Where it is not set the service starts wrongly or not at all.',
		'Set it in every environment before the release, and name it in .env.example.',
	],
	[
		'config-variable-born',
		'note',
		'code reads a new variable with a default',
		'The default holds until somebody sets it.',
		'Check that the default suits production.',
	],
	[
		'config-default-gone',
		'caution',
		'a variable loses its default',
		'Where it was never set the service starts wrongly or not at all.',
		'Set it in every environment before the release.',
	],
	[
		'config-variable-declared',
		'note',
		'a variable is promised in the example',
		'Somebody has to set it.',
		'Set it in every environment before the release.',
	],
	[
		'config-variable-dropped',
		'note',
		'a variable is no longer promised',
		'Who reads the example will not set it.',
		'Make sure that nothing reads it any more.',
	],
	[
		'config-env-file',
		'caution',
		'an environment file is committed',
		'It may hold secrets, and history keeps them.',
		'Take it out, rotate what was in it, and ignore the file.',
	],
	[
		'config-file',
		'note',
		'a configuration file changes',
		'The same code behaves in another way.',
		'Compare it with what production really uses.',
	],
	[
		'config-file-gone',
		'caution',
		'a configuration file goes',
		'Code that reads it fails or falls back.',
		'Search for its name.',
	],
]);

export const FLAG_RULES: readonly Rule[] = rulesOf('config', 'OPS', [
	[
		'flag-on',
		'caution',
		'a flag is on by default',
		'Everybody gets what was hidden, at once with the deployment.',
		'Deploy it off, then switch it on step by step.',
	],
	[
		'flag-off',
		'caution',
		'a flag is off by default',
		'Users lose what they have.',
		'Tell them first, or switch it off step by step.',
	],
	['flag-born', 'note', 'a new flag', 'It is one more state to test.', 'Write down when it goes again.'],
	[
		'flag-gone',
		'caution',
		'a flag goes',
		'What it chose is fixed from now on: the switch back is gone.',
		'Look at its setting in production first.',
	],
]);

export const SCHEDULE_RULES: readonly Rule[] = rulesOf('config', 'OPS', [
	[
		'schedule-changed',
		'caution',
		'another schedule',
		'The job runs at other times, perhaps never or in the middle of the release.',
		'Read the schedule aloud: minute, hour, day, month, weekday.',
	],
	[
		'schedule-born',
		'caution',
		'a new schedule',
		'The job runs for the first time when nobody watches.',
		'Run it once by hand.',
	],
	['schedule-gone', 'caution', 'a schedule goes', 'What it did is not done any more.', 'Say who does it now.'],
	[
		'schedule-often',
		'caution',
		'a job that runs every minute or oftener',
		'Runs overlap as soon as one takes longer.',
		'Guard it with a lock, or run it less often.',
	],
]);
