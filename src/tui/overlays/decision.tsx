// Room: tui. A question to a person, in place of the main panel. Where the answer is dangerous, the cautious one is focused.

import {Box, Text, useInput} from 'ink';
import SelectInput from 'ink-select-input';
import {useRef, useState} from 'react';
import type {DecisionRequest} from '../../domain/decision.ts';
import {safe} from '../../domain/safe.ts';
import {cut} from '../cells.ts';
import {Lines, useTheme} from '../draw.tsx';
import type {Size} from '../rows.ts';
import {firstFocus, questionRows} from './question.ts';

interface Props {
	readonly request: DecisionRequest;
	readonly size: Size;
	/** Rows of the details scrolled away. */
	readonly scroll: number;
	readonly onAnswer: (value: string) => void;
}

export function DecisionOverlay({request, size, scroll, onAnswer}: Props) {
	const [focus, setFocus] = useState(firstFocus(request));
	// The list answers at once on a digit. Elsewhere digits look at stages, and a question may come up in between: here
	// they only move, and Enter answers. A list of its own per focus, because its focus can only be set at the start.
	const digit = useRef(false);
	const {rows: above} = questionRows(request, size, scroll);
	const room = Math.max(1, size.height - above.length);
	const all = room >= request.options.length;
	const items = request.options.map((option, index) => {
		const notes = [option.recommended ? 'recommended' : '', option.hint ?? ''].filter(Boolean).join('; ');
		// Numbers only while every option stands at its own place: the list rotates when it is longer than the room.
		const number = all ? `${index + 1}  ` : '';
		return {label: `${number}${option.label}${notes ? `  (${notes})` : ''}`, value: option.value};
	});
	return (
		<Box flexDirection="column" width={size.width} height={size.height} overflow="hidden">
			<Lines rows={above} size={{width: size.width, height: above.length}} />
			<BeforeTheList onKey={(input) => (digit.current = /^[1-9]$/.test(input))} />
			<SelectInput
				key={focus}
				items={items}
				initialIndex={focus}
				{...(all ? {} : {limit: room})}
				indicatorComponent={Indicator}
				itemComponent={(item) => <Item {...item} width={size.width} />}
				onSelect={({value}) => {
					if (digit.current) setFocus(request.options.findIndex((option) => option.value === value));
					else onAnswer(value);
				}}
			/>
		</Box>
	);
}

/** Hears each key before the list does: effects run in the order of siblings. */
function BeforeTheList({onKey}: {readonly onKey: (input: string) => void}) {
	useInput(onKey);
	return null;
}

function Indicator({isSelected = false}: {readonly isSelected?: boolean}) {
	const theme = useTheme();
	return <Text {...theme.look({text: '', tone: 'accent'})}>{theme.glyphs(isSelected ? ' ❯ ' : '   ')}</Text>;
}

function Item({isSelected = false, label, width}: {isSelected?: boolean; label: string; width: number}) {
	const theme = useTheme();
	return (
		<Text {...theme.look({text: '', tone: isSelected ? 'strong' : 'text', inverse: isSelected})} wrap="truncate-end">
			{theme.glyphs(cut(safe(label), width - 4))}
		</Text>
	);
}
