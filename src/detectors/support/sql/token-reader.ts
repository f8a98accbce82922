// Room: detectors. A view on the words of a statement: what stands at a place, names with their schema, columns.

import type {ColumnSpec} from './op.ts';
import type {Token} from './tokens.ts';

export function reader(tokens: readonly Token[]) {
	const at = (i: number) => (tokens[i]?.kind === 'word' ? tokens[i].word : '');
	const skip = (i: number, ...words: string[]) => {
		let next = i;
		while (words.includes(at(next))) next++;
		return next;
	};
	const name = (i: number): string => {
		let text = tokens[i]?.raw ?? '?';
		for (let next = i + 1; tokens[next]?.raw === '.'; next += 2) text += `.${tokens[next + 1]?.raw ?? '?'}`;
		return text;
	};
	const afterName = (i: number): number => {
		let next = i + 1;
		while (tokens[next]?.raw === '.') next += 2;
		return next;
	};
	const has = (...words: string[]) => tokens.some((token) => token.kind === 'word' && words.includes(token.word));
	const phrase = (words: string) => {
		const wanted = words.split(' ');
		return tokens.findIndex((_, i) => wanted.every((word, j) => at(i + j) === word));
	};
	/** The names in the brackets that open at or behind a place. */
	const inBrackets = (from: number): string[] => {
		const open = tokens.findIndex((token, i) => i >= from && token.raw === '(' && token.kind === 'mark');
		if (open < 0) return [];
		const names: string[] = [];
		let depth = 0;
		for (const token of tokens.slice(open)) {
			if (token.kind === 'mark' && token.raw === '(') depth++;
			else if (token.kind === 'mark' && token.raw === ')') {
				if (--depth === 0) break;
			} else if (depth === 1 && (token.kind === 'name' || token.kind === 'word')) names.push(token.raw);
		}
		return names;
	};
	return {at, skip, name, afterName, has, phrase, inBrackets, length: tokens.length};
}

const SERIAL = /^(big|small)?serial\d?$/i;
const CALL_DEFAULT =
	/^(uuid|gen_random_uuid|uuid_generate_v\w*|random|newid|newsequentialid|nextval|rand|clock_timestamp|hex|randomblob)$/i;

/** A column as `name type rest…`, read from its words. */
export function columnOf(tokens: readonly Token[], start: number): ColumnSpec {
	const r = reader(tokens);
	const name = tokens[start]?.raw ?? '?';
	const rest = tokens.slice(start + 1);
	const spec: {-readonly [key in keyof ColumnSpec]: ColumnSpec[key]} = {name};
	const first = rest[0];
	if (first && (first.kind === 'word' || first.kind === 'name')) {
		const size = rest[1]?.raw === '(' ? rest.slice(1, rest.findIndex((token) => token.raw === ')') + 1) : [];
		spec.type = `${first.raw.toLowerCase()}${size.map((token) => token.raw || "'…'").join('')}`;
		if (SERIAL.test(first.raw)) spec.made = 'serial';
	}
	for (const [i, token] of rest.entries()) {
		if (token.kind !== 'word') continue;
		const next = rest[i + 1];
		if (token.word === 'NOT' && next?.word === 'NULL') spec.notNull = true;
		if (token.word === 'UNIQUE') spec.unique = true;
		if (token.word === 'PRIMARY') spec.primary = true;
		if (token.word === 'CHECK') spec.check = true;
		if (['AUTO_INCREMENT', 'AUTOINCREMENT', 'IDENTITY'].includes(token.word)) spec.made = 'identity';
		if (token.word === 'VIRTUAL') spec.made = 'virtual';
		if (token.word === 'STORED' || token.word === 'PERSISTED') spec.made = 'stored';
		if (token.word === 'GENERATED' && spec.made === undefined) spec.made = 'virtual';
		if (token.word === 'REFERENCES') {
			spec.references = r.name(start + i + 2);
			spec.cascades = rest.slice(i).some(({word}, j) => word === 'DELETE' && rest[i + j + 1]?.word === 'CASCADE');
		}
		if (token.word === 'DEFAULT' && rest[i - 1]?.word !== 'SET') {
			const value = next?.raw === '(' ? rest[i + 2] : next;
			spec.default = value?.word === 'NULL' ? 'null' : CALL_DEFAULT.test(value?.raw ?? '') ? 'volatile' : 'constant';
		}
	}
	return spec;
}
