// Room: tests. Streams that remember what was written to them.

export function collect(width = 80) {
	const [out, err]: [string[], string[]] = [[], []];
	return {
		io: {out: (text: string) => void out.push(text), err: (text: string) => void err.push(text), width},
		out: () => out.join(''),
		err: () => err.join(''),
	};
}
