// Room: tui. The only place that knows colours. 16 colours by meaning, so that the person's own palette decides the shade;
// every meaning is also a glyph and a word, so that nothing is lost without colour.

import type {Span, Tone} from './rows.ts';

interface Look {
	readonly color?: string;
	readonly bold?: boolean;
	readonly dimColor?: boolean;
	readonly inverse?: boolean;
}

export interface Theme {
	readonly look: (span: Span) => Look;
	/** Replaces glyphs where the terminal has no font for them. One column stays one column. */
	readonly glyphs: (text: string) => string;
}

const COLOURED: Readonly<Record<Tone, Look>> = {
	text: {},
	muted: {dimColor: true},
	strong: {bold: true},
	good: {color: 'green'},
	bad: {color: 'red', bold: true},
	warn: {color: 'yellow'},
	accent: {color: 'cyan', bold: true},
	fresh: {color: 'magenta'},
	stable: {color: 'blue'},
};

const ASCII: Readonly<Record<string, string>> = {
	'○': '.',
	'●': '*',
	'✓': '+',
	'✗': 'x',
	'‖': '=',
	'■': '#',
	'↺': '<',
	'⇄': '~',
	'·': '-',
	'❯': '>',
	'…': '.',
	'─': '-',
	'━': '=',
	'│': '|',
	'█': '#',
	'░': '.',
	'→': '>',
	'↑': '^',
	'↓': 'v',
	'←': '<',
	'▸': '>',
	'—': '-',
	'≥': '>',
};

/** @param env the process's environment. `NO_COLOR` (any non-empty value) takes colour away; `TERM=linux` has few glyphs. */
export function themeFor(env: Readonly<Record<string, string | undefined>>): Theme {
	const coloured = !env.NO_COLOR;
	const plain = env.TERM === 'linux' || Boolean(env.ORCHESTRA_ASCII);
	return {
		look({tone = 'text', inverse}) {
			const {color, ...rest} = COLOURED[tone];
			return {...rest, ...(coloured && color ? {color} : {}), ...(inverse ? {inverse} : {})};
		},
		glyphs: plain ? (text) => text.replace(/[^\x20-\x7e]/g, (char) => ASCII[char] ?? char) : (text) => text,
	};
}
