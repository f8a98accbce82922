// Room: tui. Rows become Ink here and nowhere else. Every text passes `safe()` once more on its way: what a stage forgot to
// clean still cannot move the cursor.

import {Box, Text} from 'ink';
import {createContext, useContext} from 'react';
import {safe} from '../domain/safe.ts';
import type {Row, Size} from './rows.ts';
import {type Theme, themeFor} from './theme.ts';

export const ThemeContext = createContext<Theme>(themeFor({}));
export const useTheme = () => useContext(ThemeContext);

/** Rows, each one line: longer ones are cut, and there are never more than fit. */
export function Lines({rows, size}: {readonly rows: readonly Row[]; readonly size: Size}) {
	const theme = useTheme();
	return (
		<Box flexDirection="column" width={size.width} height={size.height} overflow="hidden" flexShrink={0}>
			{rows.slice(0, size.height).map((row, index) => (
				// biome-ignore lint/suspicious/noArrayIndexKey: a row is its place on the screen
				<Text key={index} wrap="truncate-end">
					{row.every(({text}) => text === '')
						? ' '
						: row.map((piece, at) => (
								// biome-ignore lint/suspicious/noArrayIndexKey: as above
								<Text key={at} {...theme.look(piece)}>
									{theme.glyphs(safe(piece.text))}
								</Text>
							))}
				</Text>
			))}
		</Box>
	);
}

/** A column of rules between two panels. */
export function Divider({height}: {readonly height: number}) {
	const rows = Array.from({length: height}, (): Row => [{text: '│', tone: 'muted'}]);
	return <Lines rows={rows} size={{width: 1, height}} />;
}
