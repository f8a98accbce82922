// Room: detectors. Which files declare feature flags.

import {isTestPath} from './lines.ts';

const FILE =
	/(^|\/)((ui|server|client|default|app)[-_.]?)?(feature[-_.]?(flags?|toggles?)|flags?|toggles?|experiments?|experimental)([-_.](config|defaults?|definitions?|types?|registry))?\.([cm]?[jt]s|json|ya?ml|toml|py|rb|go|java|kt)$/i;

export const isFlagFile = (path: string): boolean =>
	FILE.test(path) && !isTestPath(path) && !/(^|\/)(node_modules|vendor)\//.test(path);
