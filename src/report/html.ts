// Room: report. The only way text becomes HTML: a tagged template that escapes every value unless it is HTML already, and a
// page whose content policy allows nothing but its own style. No script, no address, no style attribute.

const markup: unique symbol = Symbol('html');

export interface Html {
	readonly [markup]: string;
}

export type Value = Html | string | number | undefined | false | readonly Value[];

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
	'`': '&#96;',
};

export function escapeHtml(text: string): string {
	return text.replace(/[&<>"'`]/g, (char) => ENTITIES[char] ?? char);
}

function render(value: Value): string {
	if (value === undefined || value === false) return '';
	if (typeof value === 'string') return escapeHtml(value);
	if (typeof value === 'number') return String(value);
	// An array is the only iterable here; strings went out above.
	if (Array.isArray(value)) return value.map(render).join('');
	return (value as Html)[markup];
}

/** Values stand in text or inside double quotes; nowhere else is safe. */
export function html(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
	let out = parts[0] ?? '';
	for (const [i, value] of values.entries()) out += render(value) + (parts[i + 1] ?? '');
	return {[markup]: out.replace(/>\s*\n\s*</g, '><')};
}

/**
 * A whole, self-contained page.
 * @param styleHash base64 of the SHA-256 of `style`: this room has no crypto, so the caller computes it.
 */
export function page(parts: {title: string; style: string; styleHash: string; body: Html}): string {
	const policy = `default-src 'none'; style-src 'sha256-${parts.styleHash}'; img-src data:; base-uri 'none'; form-action 'none'`;
	const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${parts.title}</title>
<style>`;
	return `${head[markup]}${parts.style}</style></head><body>${parts.body[markup]}</body></html>\n`;
}
