// Room: detectors. Which types of fields may take each other's place, on the wire and in JSON, after the protobuf
// documentation of "Updating A Message Type" and of its JSON mapping.

/** Types in one group have one form on the wire and overlap in range. */
const WIRE: readonly (readonly string[])[] = [
	['int32', 'uint32', 'int64', 'uint64', 'bool'],
	['sint32', 'sint64'],
	['fixed32', 'sfixed32'],
	['fixed64', 'sfixed64'],
];
/** Of these also the JSON form is one: 64-bit numbers are strings there, booleans words. */
const JSON_TOO: readonly (readonly string[])[] = [
	['int32', 'uint32'],
	['int64', 'uint64'],
	['fixed32', 'sfixed32'],
	['fixed64', 'sfixed64'],
];
export const SCALARS: ReadonlySet<string> = new Set([...WIRE.flat(), 'string', 'bytes', 'double', 'float']);

export type Effect = 'same' | 'source' | 'json' | 'wire';

/** What a change from one scalar to another breaks; the mildest that is certain. */
export function scalarEffect(was: string, is: string): Effect {
	if (was === is) return 'same';
	if (JSON_TOO.some((group) => group.includes(was) && group.includes(is))) return 'source';
	if (WIRE.some((group) => group.includes(was) && group.includes(is))) return 'json';
	// Every string is valid bytes, but base64 in JSON; not every bytes value is a valid string.
	return was === 'string' && is === 'bytes' ? 'json' : 'wire';
}

/** An enum is sent as a varint; in JSON it is a name. */
export const ENUM_LIKE: ReadonlySet<string> = new Set(['int32', 'uint32', 'int64', 'uint64']);
