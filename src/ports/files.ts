// Room: ports. The deployment's own folder: artefacts written whole or not at all.

/** All names are plain file names or `sub/name`, never absolute, never with `..`. Faults: DISK, MEMORY_UNSAFE. */
export interface DeploymentFolder {
	/** Absolute path, for showing to people and handing to processes. */
	readonly path: string;
	/** Replaces the file atomically and durably. Returns the SHA-256 of the bytes, hex. */
	write(name: string, content: string, options?: {executable?: boolean}): Promise<string>;
	/** Undefined when absent. */
	read(name: string): Promise<string | undefined>;
	/** Appends lines to `output.log`: not synced, capped at 10 MB (then it says so once and stops). */
	log(lines: readonly string[]): void;
}
