// Room: suites. Cuts XML into tags and text, in one pass and without judging it: no entity but the five is expanded, no
// document type is looked at, and anything may be broken or missing.

export type XmlToken =
	| {
			readonly kind: 'open';
			readonly name: string;
			readonly attributes: ReadonlyMap<string, string>;
			readonly empty: boolean;
	  }
	| {readonly kind: 'close'; readonly name: string}
	| {readonly kind: 'text'; readonly text: string};

const ENTITIES: Readonly<Record<string, string>> = {amp: '&', lt: '<', gt: '>', quot: '"', apos: "'"};

function unescapeXml(text: string): string {
	if (!text.includes('&')) return text;
	return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, decimal, name) => {
		if (name !== undefined) return ENTITIES[String(name).toLowerCase()] ?? whole;
		const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
		return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '�';
	});
}

/** The end of a tag that began before `from`: a `>` inside quotes does not count. −1 when there is none. */
function tagEnd(xml: string, from: number): number {
	let quote = '';
	for (let i = from; i < xml.length; i++) {
		const char = xml[i] ?? '';
		if (quote !== '') {
			if (char === quote) quote = '';
		} else if (char === '"' || char === "'") quote = char;
		else if (char === '>') return i;
	}
	return -1;
}

function attributesOf(text: string): ReadonlyMap<string, string> {
	const found = new Map<string, string>();
	for (const [, name, double, single] of text.matchAll(/([\w:.-]{1,100})\s{0,8}=\s{0,8}(?:"([^"]*)"|'([^']*)')/g)) {
		if (name !== undefined) found.set(name, unescapeXml(double ?? single ?? ''));
	}
	return found;
}

export function* xmlTokens(xml: string): Generator<XmlToken> {
	let at = 0;
	const skipTo = (mark: string, from: number) => {
		const end = xml.indexOf(mark, from);
		return end < 0 ? xml.length : end + mark.length;
	};
	while (at < xml.length) {
		const next = xml.indexOf('<', at);
		const text = xml.slice(at, next < 0 ? xml.length : next);
		if (text.trim() !== '') yield {kind: 'text', text: unescapeXml(text)};
		if (next < 0) return;
		if (xml.startsWith('<!--', next)) at = skipTo('-->', next + 4);
		else if (xml.startsWith('<![CDATA[', next)) {
			at = skipTo(']]>', next + 9);
			yield {kind: 'text', text: xml.slice(next + 9, at).replace(/\]\]>$/, '')};
		} else if (xml.startsWith('<?', next)) at = skipTo('?>', next + 2);
		else {
			const end = tagEnd(xml, next + 1);
			if (end < 0) return;
			at = end + 1;
			const inside = xml.slice(next + 1, end);
			const name = /^\/?([\w:.-]{1,100})/.exec(inside)?.[1];
			if (name === undefined) continue;
			if (inside.startsWith('/')) yield {kind: 'close', name};
			else yield {kind: 'open', name, attributes: attributesOf(inside.slice(name.length)), empty: inside.endsWith('/')};
		}
	}
}
