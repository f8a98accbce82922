// Room: detectors. What a .proto file declares, flat and by full name, with the place of each thing.

export interface Place {
	readonly path: string;
	/** 1-based. */
	readonly line: number;
}

/** Options by name as written, e.g. `deprecated`, `(google.api.http)`, `features.enum_type`; values without blanks. */
export type Options = ReadonlyMap<string, string>;

export interface Field {
	readonly name: string;
	readonly number: number;
	/** As written; `map<K, V>` without blanks. */
	readonly type: string;
	readonly label: '' | 'optional' | 'required' | 'repeated';
	readonly group: boolean;
	readonly oneof: string | undefined;
	readonly options: Options;
	readonly place: Place;
}

export interface Range {
	readonly from: number;
	/** Inclusive; Infinity for `max`. */
	readonly to: number;
}

export interface Reserved {
	readonly ranges: Range[];
	readonly names: Set<string>;
}

export interface Message {
	readonly kind: 'message';
	readonly name: string;
	readonly place: Place;
	readonly fields: Field[];
	readonly oneofs: Map<string, Place>;
	readonly reserved: Reserved;
	readonly extensions: Range[];
	readonly options: Map<string, string>;
	readonly file: ProtoFile;
}

export interface EnumValue {
	readonly name: string;
	readonly number: number;
	readonly options: Options;
	readonly place: Place;
}

export interface Enum {
	readonly kind: 'enum';
	readonly name: string;
	readonly place: Place;
	readonly values: EnumValue[];
	readonly reserved: Reserved;
	readonly options: Map<string, string>;
	readonly file: ProtoFile;
}

export interface Rpc {
	readonly name: string;
	readonly request: string;
	readonly response: string;
	readonly clientStreams: boolean;
	readonly serverStreams: boolean;
	readonly options: Options;
	readonly place: Place;
}

export interface Service {
	readonly kind: 'service';
	readonly name: string;
	readonly place: Place;
	readonly rpcs: Map<string, Rpc>;
	readonly file: ProtoFile;
}

export interface Extension {
	readonly kind: 'extension';
	/** `extendee:number`. */
	readonly name: string;
	readonly field: Field;
	readonly place: Place;
	readonly file: ProtoFile;
}

export type Definition = Message | Enum | Service | Extension;

export interface ProtoFile {
	readonly path: string;
	/** `proto2`, `proto3`, or the edition. */
	syntax: string;
	syntaxLine: number;
	package: string;
	packageLine: number;
	readonly options: Map<string, {readonly value: string; readonly line: number}>;
	readonly publicImports: Map<string, number>;
	readonly definitions: Definition[];
}

export const inRange = (ranges: readonly Range[], number: number): boolean =>
	ranges.some(({from, to}) => number >= from && number <= to);

const DEFAULTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
	field_presence: {proto2: 'EXPLICIT', proto3: 'IMPLICIT', edition: 'EXPLICIT'},
	enum_type: {proto2: 'CLOSED', proto3: 'OPEN', edition: 'OPEN'},
	utf8_validation: {proto2: 'NONE', proto3: 'VERIFY', edition: 'VERIFY'},
	json_format: {proto2: 'LEGACY_BEST_EFFORT', proto3: 'ALLOW', edition: 'ALLOW'},
	repeated_field_encoding: {proto2: 'EXPANDED', proto3: 'PACKED', edition: 'PACKED'},
	message_encoding: {proto2: 'LENGTH_PREFIXED', proto3: 'LENGTH_PREFIXED', edition: 'LENGTH_PREFIXED'},
};

/** A feature as it holds for an element: its own option, that of its parents, the file's, or what the syntax says. */
export function feature(name: string, file: ProtoFile, ...options: readonly Options[]): string {
	const key = `features.${name}`;
	for (const one of options) {
		const own = one.get(key);
		if (own !== undefined) return own;
	}
	const syntax = file.syntax === 'proto2' || file.syntax === 'proto3' ? file.syntax : 'edition';
	return file.options.get(key)?.value ?? DEFAULTS[name]?.[syntax] ?? '';
}
