// Room: adapters. One journal record as a line of text and back. The checksum is over the line without itself, so that a
// torn or flipped record is told from a whole one whatever the JSON looks like.

import {crc32} from 'node:zlib';
import type {DeploymentEvent} from '../../domain/deployment/event.ts';

const FORMAT = 1;
/** A record is one write; nothing Orchestra records comes near this. Larger lines are refused, not read. */
export const MAX_RECORD_BYTES = 8 * 1024 * 1024;

const TAIL = /,"crc":"([0-9a-f]{8})"\}$/;

const hex = (n: number) => (n >>> 0).toString(16).padStart(8, '0');

export function encode(event: DeploymentEvent): string {
	const body = JSON.stringify({v: FORMAT, ...event});
	return `${body.slice(0, -1)},"crc":"${hex(crc32(body))}"}\n`;
}

/** Undefined when the line is not a whole record of ours. Never throws. */
export function decode(line: string): DeploymentEvent | undefined {
	const tail = TAIL.exec(line);
	if (!tail || line.length > MAX_RECORD_BYTES) return undefined;
	const body = `${line.slice(0, tail.index)}}`;
	if (hex(crc32(body)) !== tail[1]) return undefined;
	try {
		const {v, ...event} = JSON.parse(body) as {v: unknown} & DeploymentEvent; // `as`: the checksum shows that encode() wrote it
		const ours = v === FORMAT && Number.isSafeInteger(event.seq) && event.seq > 0 && typeof event.type === 'string';
		return ours && Number.isSafeInteger(event.fence) ? event : undefined;
	} catch {
		return undefined;
	}
}
