// Room: domain. Needs between changes that stand in no grammar: a package that one adds and another imports, a variable or flag
// that one introduces and another reads, migrations that build on each other. Pure; by patterns over single lines.

import {isCode} from './births.ts';

export type SignalKind = 'package' | 'env' | 'flag' | 'migration-order';

/** A need, as far as the lines of the range can tell. Names that the base already has are for the caller to take out. */
export interface Signal {
	readonly from: number;
	readonly to: number;
	readonly kind: SignalKind;
	readonly symbol: string;
	readonly path: string;
	readonly line: number;
	/** It cannot run without. */
	readonly sure: boolean;
}

const MANIFEST = /(?:^|\/)package\.json$/;
const ENV_FILE = /(?:^|\/)(?:\.env[\w.-]*|[\w.-]*\.env|docker-compose[\w.-]*\.ya?ml|compose\.ya?ml)$/;
const MIGRATION =
	/(?:^|\/)(?:db\/)?migrat(?:ions?|e)\/(?:.*\/)?[^/]+\.(?:sql|[cm]?[jt]s|py|rb|php|kt|java)$|(?:^|\/)[VR]\d[\w.]*__[^/]+\.sql$/i;

const DEPENDENCY =
	/^\s*"((?:@[\w.~-]+\/)?[\w.~-]+)"\s*:\s*"(?:[~^<>=*v\d]|workspace:|npm:|catalog:|file:|link:|github:|git\+|https?:|latest)/;
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|\brequire\s*\(\s*)['"]([^'"./][^'"]{0,200})['"]/g;
const ENV_READ =
	/(?:process\.env|import\.meta\.env|Deno\.env\.get|Bun\.env|os\.environ(?:\.get)?|os\.getenv|os\.Getenv|os\.LookupEnv|System\.getenv|ENV(?:\.fetch)?|getenv|env::var)\s*(?:\?\.|\.|\[|\()?\s*['"]?([A-Z][A-Z0-9_]{2,80})\b/g;
const ENV_SET = /^\s*(?:-\s*)?(?:export\s+)?([A-Z][A-Z0-9_]{2,80})\s*[=:]/;
const FLAG_READ =
	/\b(?:isEnabled|isFeatureEnabled|isFlagEnabled|hasFeature|hasFlag|getFlag|featureFlag|useFlag|useUiFlag|useFeatureFlag|useFeature|variation|boolVariation|getFeatureValue|isOn)\s*(?:<[^>]{0,80}>)?\(\s*['"]([\w.:/-]{3,100})['"]/g;
const TABLE =
	/\b(create|alter|drop|rename|truncate)\s+(?:unlogged\s+|temp(?:orary)?\s+)?table\s+(?:if\s+(?:not\s+)?exists\s+)?(?:only\s+)?["'`[]?((?:\w+["'`\]]?\.["'`[]?)?\w+)|\b(?:insert\s+into|references|on|update|delete\s+from)\s+["'`]?(\w{3,})["'`]?\s*(?:\(|set\b|where\b|values\b|using\b)|\b(createTable|create_table|alterTable|table|addColumn|add_column|removeColumn|remove_column|dropTable|drop_table|renameColumn|rename_column|addIndex|add_index|change_table)\s*\(?\s*[:'"`](\w{3,})/gi;
const CREATES = /^create/i;

export const isManifest = (path: string) => MANIFEST.test(path);

/** Files whose every line may say something. */
export const signalsInAll = (path: string): boolean =>
	MANIFEST.test(path) || ENV_FILE.test(path) || MIGRATION.test(path);

/** The packages that a manifest names. */
export function packagesIn(manifest: string): string[] {
	return manifest.split('\n').flatMap((line) => DEPENDENCY.exec(line)?.[1] ?? []);
}

const packageOf = (specifier: string) => {
	const parts = specifier.split('/');
	return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
};

interface Born {
	readonly unit: number;
	readonly sure: boolean;
}

export class SignalBook {
	#unit = -1;
	readonly #born = new Map<string, Born>();
	/** Of the change at hand: what it introduces, visible to later ones only. */
	#fresh = new Map<string, Born>();
	#taken = new Set<string>();
	readonly #found: Signal[] = [];

	begin(unit: number): void {
		this.#unit = unit;
	}

	line(path: string, added: boolean, line: number, text: string): void {
		if (this.#unit < 0) return;
		if (MANIFEST.test(path)) {
			const name = DEPENDENCY.exec(text)?.[1];
			// A version that moves is removed and added: nothing is born.
			if (name !== undefined && !added) this.#taken.add(`package ${name}`);
			if (name !== undefined && added) this.#bear('package', name, true);
			return;
		}
		if (!added) return;
		if (MIGRATION.test(path)) this.#migration(path, line, text);
		if (ENV_FILE.test(path)) {
			const name = ENV_SET.exec(text)?.[1];
			if (name !== undefined) this.#bear('env', name, false);
			return;
		}
		if (!isCode(path)) return;
		for (const [, specifier = ''] of text.matchAll(IMPORT)) this.#use('package', packageOf(specifier), path, line);
		for (const [, name = ''] of text.matchAll(ENV_READ)) {
			this.#use('env', name, path, line);
			this.#bear('env', name, false);
		}
		for (const [, name = ''] of text.matchAll(FLAG_READ)) {
			this.#use('flag', name, path, line);
			this.#bear('flag', name, false);
		}
	}

	end(): void {
		for (const [key, born] of this.#fresh) if (!this.#taken.has(key) && !this.#born.has(key)) this.#born.set(key, born);
		this.#fresh = new Map();
		this.#taken = new Set();
		this.#unit = -1;
	}

	/** @param known whether the base already has the package, variable or flag. */
	signals(known: (kind: SignalKind, symbol: string) => boolean): Signal[] {
		return this.#found
			.map((signal) =>
				signal.kind === 'migration-order' ? {...signal, symbol: signal.symbol.replace(/^\w+ /, '')} : signal,
			)
			.filter(({kind, symbol}) => !known(kind, symbol));
	}

	#bear(kind: SignalKind, symbol: string, sure: boolean): void {
		const key = `${kind} ${symbol}`;
		if (!this.#fresh.has(key)) this.#fresh.set(key, {unit: this.#unit, sure});
	}

	#use(kind: SignalKind, symbol: string, path: string, line: number): void {
		const born = this.#born.get(`${kind} ${symbol}`);
		if (born === undefined || born.unit === this.#unit) return;
		this.#found.push({from: this.#unit, to: born.unit, kind, symbol, path, line, sure: born.sure});
	}

	/** The one that creates a table comes before all others; of two that alter it, the earlier comes first. */
	#migration(path: string, line: number, text: string): void {
		for (const match of text.matchAll(TABLE)) {
			const table = (match[2] ?? match[3] ?? match[5] ?? '').replace(/["'`[\]]/g, '').toLowerCase();
			if (table === '') continue;
			const name = table.slice(table.lastIndexOf('.') + 1);
			const creates = CREATES.test(match[1] ?? match[4] ?? '');
			if (!creates) {
				this.#use('migration-order', `created ${name}`, path, line);
				this.#use('migration-order', `altered ${name}`, path, line);
				this.#rebear(`altered ${name}`, false);
			} else this.#bear('migration-order', `created ${name}`, true);
		}
	}

	/** The latest counts, not the first. */
	#rebear(symbol: string, sure: boolean): void {
		this.#born.delete(`migration-order ${symbol}`);
		this.#bear('migration-order', symbol, sure);
	}
}
