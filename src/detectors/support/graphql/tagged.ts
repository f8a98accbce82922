// Room: detectors. Type definitions inside JavaScript and TypeScript: gql`…`, graphql`…` and /* GraphQL */ `…`. Read by
// pattern, not by grammar: a document with an expression inside a type is left alone.

import type {Source} from './read.ts';

const TAG = /(?:\b(?:gql|graphql)|\/\*\s*GraphQL\s*\*\/)\s*(?:\(\s*)?`((?:[^`\\]|\\.)*)`/g;
const DEFINES = /^\s*(?:extend\s+)?(?:type|interface|input|enum|union|scalar|directive|schema)\b/m;
const MOST_DOCUMENTS = 50;

/** The documents of a file that define types, each with the lines before it. */
export function taggedDocuments(path: string, text: string): Source[] {
	if (!text.includes('`')) return [];
	const found: Source[] = [];
	for (const match of text.matchAll(TAG)) {
		const body = match[1] ?? '';
		// Between documents an expression stands for another document, whose own place is read; blanks keep the lines.
		const inner = body.replaceAll(/^\s*\$\{[^}]*\}\s*$/gm, (blank) => blank.replaceAll(/[^\n]/g, ' '));
		if (!DEFINES.test(inner) || inner.includes('${')) continue;
		const start = match.index + match[0].indexOf('`') + 1;
		found.push({path, text: inner.replaceAll('\\`', '`'), offset: linesIn(text, start)});
		if (found.length >= MOST_DOCUMENTS) break;
	}
	return found;
}

function linesIn(text: string, end: number): number {
	let lines = 0;
	for (let at = text.indexOf('\n'); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) lines += 1;
	return lines;
}
