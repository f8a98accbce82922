// Room: detectors. What a module exports, as far as those who import it can tell.

export interface Type {
	/** Normalised text: layout, quotes, comments and the order of a union do not count. */
	readonly text: string;
	/** As written, on one line, for a reader. */
	readonly written: string;
	/** The alternatives of a union, or the one type. */
	readonly members: readonly string[];
	/** The members of an object type that is written out. */
	readonly object?: ReadonlyMap<string, Member>;
	/** The type inside Promise, an array and the like, which vary as what they hold does. */
	readonly inner?: {readonly of: string; readonly type: Type};
	/** A function type that is written out. */
	readonly call?: Signature;
}

export interface Parameter {
	readonly name: string;
	/** Undefined where the program leaves it to the compiler. */
	readonly type: Type | undefined;
	/** With `?` or a default value. */
	readonly optional: boolean;
	readonly rest: boolean;
}

export interface Generic {
	readonly name: string;
	readonly constraint: string | undefined;
	readonly hasDefault: boolean;
}

export interface Signature {
	readonly parameters: readonly Parameter[];
	readonly returns: Type | undefined;
	readonly generics: readonly Generic[];
	readonly async: boolean;
	readonly line: number;
}

export interface Member {
	readonly name: string;
	readonly kind: 'property' | 'method' | 'index';
	readonly optional: boolean;
	readonly readonly: boolean;
	readonly static: boolean;
	readonly abstract: boolean;
	readonly protected: boolean;
	readonly deprecated: boolean;
	readonly type: Type | undefined;
	/** Of methods; overloads are several. */
	readonly signatures: readonly Signature[];
	readonly line: number;
}

interface Base {
	readonly line: number;
	readonly generics: readonly Generic[];
}
export interface FunctionShape extends Base {
	readonly kind: 'function';
	/** False for an overload, which has none. */
	readonly body: boolean;
	readonly signatures: readonly Signature[];
}
export interface ClassShape extends Base {
	readonly kind: 'class';
	readonly abstract: boolean;
	readonly base: string | undefined;
	readonly implements: readonly string[];
	readonly members: ReadonlyMap<string, Member>;
	readonly constructors: readonly Signature[];
	readonly constructorHidden: boolean;
}
export interface InterfaceShape extends Base {
	readonly kind: 'interface';
	readonly extends: readonly string[];
	readonly members: ReadonlyMap<string, Member>;
}
export interface AliasShape extends Base {
	readonly kind: 'type';
	readonly type: Type;
}
export interface EnumShape extends Base {
	readonly kind: 'enum';
	readonly constant: boolean;
	/** Name → value as written, or its number. */
	readonly members: ReadonlyMap<string, {readonly value: string; readonly line: number}>;
}
export interface ValueShape extends Base {
	readonly kind: 'value';
	readonly type: Type | undefined;
	/** The value when it is a plain literal. */
	readonly value: string | undefined;
}
export interface NamespaceShape extends Base {
	readonly kind: 'namespace';
}
export type Shape = FunctionShape | ClassShape | InterfaceShape | AliasShape | EnumShape | ValueShape | NamespaceShape;

/** Something a module exports: declared there, or taken from another module. */
export type Export =
	| {readonly from: undefined; readonly local: string; readonly typeOnly: boolean; readonly line: number}
	| {readonly from: string; readonly name: string | '*'; readonly typeOnly: boolean; readonly line: number};

export interface Module {
	/** Exported name → what it is; `default` for the default export. */
	readonly exports: ReadonlyMap<string, Export>;
	/** Modules whose exports are passed on whole. */
	readonly stars: readonly string[];
	/** Declarations by local name. A name can be an interface and a value at once: both are kept. */
	readonly shapes: ReadonlyMap<string, readonly Shape[]>;
	/** Local names documented as @internal, @alpha or @beta: promised to nobody. */
	readonly unpromised: ReadonlySet<string>;
	readonly deprecated: ReadonlySet<string>;
}
