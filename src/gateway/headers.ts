// Room: gateway. Which headers cross the front door, in both directions. Knows no socket: raw header lists in and out.

/** RFC 9110 §7.6.1 and its ancestors: these speak about one connection, not about the message. */
const HOP_BY_HOP = new Set([
	'connection',
	'keep-alive',
	'proxy-authenticate',
	'proxy-authorization',
	'proxy-connection',
	'te',
	'trailer',
	'transfer-encoding',
	'upgrade',
]);
/** Answered by us (100-continue), or spoken only by us. */
const OURS = new Set(['expect', 'x-orchestra-slot', 'x-orchestra-release']);
const FORWARDED = new Set(['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded']);

export interface Peer {
	readonly address: string;
	/** Whether the client speaks TLS with us. */
	readonly secure: boolean;
}

/** Names that the message itself declares as hop-by-hop. */
function namedByConnection(raw: readonly string[]): Set<string> | undefined {
	let named: Set<string> | undefined;
	for (let i = 0; i < raw.length; i += 2) {
		if (raw[i]?.toLowerCase() !== 'connection') continue;
		for (const token of (raw[i + 1] ?? '').split(',')) {
			const name = token.trim().toLowerCase();
			// A client must not be able to make us drop what the message needs, or what we say about the client.
			if (name === '' || name === 'host' || name === 'content-length' || FORWARDED.has(name)) continue;
			named ??= new Set();
			named.add(name);
		}
	}
	return named;
}

function isLoopback(address: string): boolean {
	return address === '::1' || address.startsWith('127.') || address.startsWith('::ffff:127.');
}

/**
 * The request's headers as the application gets them. A proxy on this machine (one that terminates TLS) is believed
 * about who the client is; anybody else's claims are replaced by what we see.
 */
export function requestHeaders(raw: readonly string[], peer: Peer): string[] {
	const named = namedByConnection(raw);
	const trusted = isLoopback(peer.address);
	const out: string[] = [];
	let forwardedFor = '';
	let proto = '';
	let forwardedHost = '';
	let host = '';
	for (let i = 0; i < raw.length; i += 2) {
		const name = raw[i] ?? '';
		const value = raw[i + 1] ?? '';
		const lower = name.toLowerCase();
		if (HOP_BY_HOP.has(lower) || OURS.has(lower) || named?.has(lower)) continue;
		if (FORWARDED.has(lower)) {
			if (!trusted) continue;
			if (lower === 'x-forwarded-for') forwardedFor = forwardedFor === '' ? value : `${forwardedFor}, ${value}`;
			else if (lower === 'x-forwarded-proto') proto = value;
			else if (lower === 'x-forwarded-host') forwardedHost = value;
			else out.push(name, value);
			continue;
		}
		if (lower === 'host') host = value;
		out.push(name, value);
	}
	out.push('x-forwarded-for', forwardedFor === '' ? peer.address : `${forwardedFor}, ${peer.address}`);
	out.push('x-forwarded-proto', proto || (peer.secure ? 'https' : 'http'));
	const shown = forwardedHost || host;
	if (shown !== '') out.push('x-forwarded-host', shown);
	return out;
}

/** The answer's headers as the client gets them. @param marks what the gateway adds. */
export function responseHeaders(raw: readonly string[], marks: readonly string[]): string[] {
	const named = namedByConnection(raw);
	const out: string[] = [];
	for (let i = 0; i < raw.length; i += 2) {
		const name = raw[i] ?? '';
		const lower = name.toLowerCase();
		if (HOP_BY_HOP.has(lower) || OURS.has(lower) || named?.has(lower)) continue;
		out.push(name, raw[i + 1] ?? '');
	}
	out.push(...marks);
	return out;
}

/** Text that can stand in a header, whatever a release is called. */
export function headerText(text: string): string {
	return text.replace(/[^\x21-\x7e]/g, '_').slice(0, 200);
}
