// Room: detectors. What changes of a manifest can mean, as rows.

import type {Rule} from '../../../domain/rule.ts';
import {rulesOf} from '../rules.ts';

export const DEPENDENCY_RULES: readonly Rule[] = rulesOf('deps', 'OPS', [
	[
		'dep-major',
		'caution',
		'a major step of a dependency',
		'A new major version removes and changes things, on purpose.',
		'Read its changelog, and let the canary bake longer.',
	],
	[
		'dep-back',
		'caution',
		'a dependency goes back',
		'An older version brings back fixed holes and lacks what the code may need.',
		'Say why in the change.',
	],
	[
		'dep-minor',
		'note',
		'a minor step of a dependency',
		'New things may come with new defaults.',
		'Nothing, when the tests cover it.',
	],
	['dep-patch', 'note', 'a patch of a dependency', 'It mends something.', 'Nothing, when the tests pass.'],
	[
		'dep-changed',
		'note',
		'a dependency asked for in another way',
		'Which version that gives is decided by the lock file.',
		'Look at the lock file.',
	],
	[
		'dep-added',
		'note',
		'a new dependency',
		'Its code runs with all the rights of the service.',
		'Look at who maintains it, and since when.',
	],
	[
		'dep-removed',
		'caution',
		'a dependency goes',
		'Code that still imports it fails when that code is reached.',
		'Search for its imports, also dynamic ones.',
	],
	[
		'dep-engine',
		'caution',
		'another version of the runtime is asked for',
		'Hosts, images and pipelines need it first.',
		'Bring it to every place before the release.',
	],
	[
		'dep-outside-registry',
		'caution',
		'a dependency from outside the registry',
		'What it brings can change or vanish without a version.',
		'Publish it, or pin it to a commit.',
	],
	[
		'dep-floating',
		'caution',
		'a dependency in any version',
		'Without a lock file each install may give another one.',
		'Ask for a range.',
	],
	[
		'dep-install-script',
		'caution',
		'a script that runs at install time',
		'It runs on every machine that installs, before anything was tested.',
		'Do the work in a build step that is called by name.',
	],
	[
		'dep-only-development',
		'caution',
		'a dependency moves to development only',
		'An install for production leaves it out, and the code that needs it fails.',
		'Make sure that only tests and tools import it.',
	],
	[
		'dep-override',
		'caution',
		'a version is forced on other packages',
		'They run with a version that their makers did not try.',
		'Take the override away once they have moved on.',
	],
	[
		'dep-peer-narrowed',
		'caution',
		'other versions of a peer are asked for',
		'Who installs this package must move too.',
		'Release it as a major version.',
	],
	[
		'dep-manager',
		'note',
		'another package manager or version of it',
		'Lock files and install layouts differ.',
		'Bring it to pipelines and images first.',
	],
]);
