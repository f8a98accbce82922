// Room: detectors. Names of container images, read and compared.

import {stepBetween} from '../manifests.ts';

export interface Image {
	/** Without tag and digest. */
	readonly name: string;
	readonly tag: string | undefined;
	readonly digest: string | undefined;
}

export function readImage(text: string): Image {
	const [head = '', digest] = text.split('@', 2);
	const colon = head.lastIndexOf(':');
	const tagged = colon > head.lastIndexOf('/');
	return {name: tagged ? head.slice(0, colon) : head, tag: tagged ? head.slice(colon + 1) : undefined, digest};
}

/** Follows whatever is newest: what runs tomorrow is not what was tested. A variable may hold anything, so it does not count. */
export function floats({tag, digest, name}: Image): boolean {
	if (digest !== undefined || name === 'scratch' || /[${]/.test(name + (tag ?? ''))) return false;
	return tag === undefined || ['latest', 'edge', 'nightly', 'main', 'master', 'stable'].includes(tag);
}

export type ImageStep = 'same' | 'other' | 'major' | 'goes back' | 'newer';

/** How far an image moved. `other`: another image under this name, or tags without numbers. */
export function imageStep(before: Image, after: Image): ImageStep {
	if (before.name !== after.name) return 'other';
	if (before.tag === after.tag && before.digest === after.digest) return 'same';
	const step = stepBetween(before.tag ?? '', after.tag ?? '');
	if (step === 'major') return 'major';
	if (step === 'down') return 'goes back';
	return step === 'other' && before.tag !== after.tag ? 'other' : 'newer';
}
