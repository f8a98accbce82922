// Room: detectors. The blocks of an HCL file with their attributes as text: enough to compare two versions of a file, no
// evaluation. Strings, heredocs and comments are respected, so that a brace in them opens nothing.

export interface Attribute {
	readonly name: string;
	readonly value: string;
	readonly line: number;
}

export interface Block {
	/** `resource aws_db_instance main`: type and labels. */
	readonly name: string;
	readonly type: string;
	readonly labels: readonly string[];
	readonly line: number;
	readonly attributes: readonly Attribute[];
	readonly blocks: readonly Block[];
}

interface Open {
	readonly type: string;
	readonly labels: readonly string[];
	readonly line: number;
	readonly attributes: Attribute[];
	readonly blocks: Block[];
}

const DEEPEST = 50;

/** Strings emptied, comments gone: only for counting brackets. */
function bare(line: string): string {
	return line
		.replace(/"(?:[^"\\]|\\.)*"/g, '""')
		.replace(/(#|\/\/).*$/, '')
		.replace(/\/\*.*?\*\//g, '');
}

const depthOf = (line: string) =>
	(bare(line).match(/[[{(]/g)?.length ?? 0) - (bare(line).match(/[\]})]/g)?.length ?? 0);

/** The top blocks of a file. Lines that make no sense are passed over. */
export function readHcl(text: string): Block[] {
	const top: Open = {type: '', labels: [], line: 0, attributes: [], blocks: []};
	const stack: Open[] = [top];
	const lines = text.split(/\r?\n/);
	const close = () => {
		const done = stack.pop();
		const parent = stack.at(-1);
		if (done && parent) parent.blocks.push({...done, name: [done.type, ...done.labels].join(' ')});
		else if (done) stack.push(done);
	};
	for (let i = 0; i < lines.length; i++) {
		const line = lines[i] ?? '';
		const current = stack.at(-1) ?? top;
		const plain = bare(line).trim();
		if (plain === '') continue;
		const opening = /^\s*([A-Za-z_][\w-]*)((?:\s+(?:"[^"]*"|[\w-]+))*)\s*\{(.*)$/.exec(line);
		const attribute = /^\s*"?([A-Za-z_][\w.-]*)"?\s*=(?!=)\s*(.*)$/.exec(line);
		if (opening && !attribute) {
			const labels = [...(opening[2] ?? '').matchAll(/"([^"]*)"|([\w-]+)/g)].map((match) => match[1] ?? match[2] ?? '');
			if (stack.length > DEEPEST) return top.blocks;
			stack.push({type: opening[1] ?? '', labels, line: i + 1, attributes: [], blocks: []});
			const inside = /^\s*([A-Za-z_][\w-]*)\s*=\s*(.*?)\s*\}\s*$/.exec(opening[3] ?? '');
			if (inside) stack.at(-1)?.attributes.push({name: inside[1] ?? '', value: inside[2] ?? '', line: i + 1});
			if (depthOf(line) <= 0) close();
		} else if (attribute) {
			const first = i;
			let value = attribute[2] ?? '';
			const heredoc = /<<[-~]?\s*"?(\w+)"?\s*$/.exec(value);
			if (heredoc) {
				while (++i < lines.length && lines[i]?.trim() !== heredoc[1]) value += `\n${lines[i]}`;
			} else {
				for (let depth = depthOf(value); depth > 0 && i + 1 < lines.length; depth += depthOf(lines[i] ?? ''))
					value += `\n${lines[++i] ?? ''}`;
			}
			current.attributes.push({name: attribute[1] ?? '', value: value.trim(), line: first + 1});
		} else if (plain.startsWith('}')) close();
	}
	while (stack.length > 1) close();
	return top.blocks;
}

/** Every attribute of a block and of those inside it, by its path. */
export function* attributesOf(block: Block, prefix = ''): Iterable<Attribute> {
	for (const one of block.attributes) yield {...one, name: prefix + one.name};
	for (const inner of block.blocks) yield* attributesOf(inner, `${prefix}${inner.type}.`);
}
