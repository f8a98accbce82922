// Room: demo. How a commit of the sample history changes files: small edits by unique anchors, so that the history reads
// as a table. It knows nothing of git: a tree is a map from path to text.

export type Tree = Map<string, string>;
export type Edit = (tree: Tree) => void;

/** Source of the sample service, as it is: backslashes stay, so the text itself must do without backticks. */
export const source = String.raw;

function textOf(tree: Tree, path: string): string {
	const text = tree.get(path);
	if (text === undefined) throw new Error(`demo history: ${path} is not there yet`);
	return text;
}

/** Where the anchor is; an anchor that is missing or ambiguous is a mistake in the table, so it throws. */
function find(tree: Tree, path: string, anchor: string): {text: string; at: number} {
	const text = textOf(tree, path);
	const at = text.indexOf(anchor);
	if (at < 0) throw new Error(`demo history: ${path} does not have ${JSON.stringify(anchor)}`);
	if (text.indexOf(anchor, at + 1) >= 0) throw new Error(`demo history: ${path} has ${JSON.stringify(anchor)} twice`);
	return {text, at};
}

const withoutFirstBreak = (text: string) => (text.startsWith('\n') ? text.slice(1) : text);

/** A new file. A first empty line is dropped, so that templates can start on a line of their own. */
export function put(path: string, text: string): Edit {
	return (tree) => {
		if (tree.has(path)) throw new Error(`demo history: ${path} is there already`);
		tree.set(path, withoutFirstBreak(text));
	};
}

export function drop(path: string): Edit {
	return (tree) => {
		textOf(tree, path);
		tree.delete(path);
	};
}

/** Puts another text in the place of one that occurs exactly once. */
export function swap(path: string, old: string, text: string): Edit {
	return (tree) => {
		const {text: whole, at} = find(tree, path, old);
		tree.set(path, whole.slice(0, at) + text + whole.slice(at + old.length));
	};
}

/** Inserts whole lines after the line that has the anchor. */
export function after(path: string, anchor: string, lines: string): Edit {
	return (tree) => {
		const {text, at} = find(tree, path, anchor);
		const end = text.indexOf('\n', at) + 1;
		tree.set(path, text.slice(0, end) + withoutFirstBreak(lines) + text.slice(end));
	};
}

/** Inserts whole lines before the line that has the anchor; an anchor that begins with a line break means the empty line. */
export function before(path: string, anchor: string, lines: string): Edit {
	return (tree) => {
		const {text, at} = find(tree, path, anchor);
		const start = text.lastIndexOf('\n', at - 1) + 1;
		tree.set(path, text.slice(0, start) + withoutFirstBreak(lines) + text.slice(start));
	};
}
