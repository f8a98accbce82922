// Room: tui. A question to a person, in place of the main panel. Where the answer is dangerous, the cautious one is focused.

import {Box, Text} from 'ink';
import SelectInput from 'ink-select-input';
import type {DecisionKind, DecisionRequest} from '../../domain/decision.ts';
import {safe} from '../../domain/safe.ts';
import {cut} from '../cells.ts';
import {Lines, useTheme} from '../draw.tsx';
import {EMPTY, paragraph, type Row, type Size, titleRow} from '../rows.ts';

/** Hard to take back, or it runs what came from outside: Enter must not do it by accident. */
const DANGEROUS: readonly DecisionKind[] = ['trust', 'start-production', 'waive-staging', 'thin-evidence'];
const CAUTIOUS = /^(?:stop|cancel|no|refuse|deny|wait|leave|keep|hold)\b/;

/** The option that Enter takes when nothing was moved. Pure. */
export function firstFocus({kind, options}: DecisionRequest): number {
	const recommended = options.findIndex((option) => option.recommended);
	if (!DANGEROUS.includes(kind)) return Math.max(0, recommended);
	const cautious = options.findIndex((option) => CAUTIOUS.test(option.value));
	return cautious === -1 ? options.length - 1 : cautious;
}

/** What stands above the options: the question first, then as many details as there is room for. Pure. */
export function questionRows({question, details, options}: DecisionRequest, {width, height}: Size): Row[] {
	const room = Math.max(1, height - Math.min(options.length, Math.max(1, height - 3)) - 1);
	const asked = paragraph(question, width, 'strong', ' ');
	const more = details.flatMap((line) => paragraph(line, width, 'muted', '   '));
	const rows = [...asked, ...more];
	const shown = rows.length + 1 <= room ? [...rows, EMPTY] : rows.slice(0, room);
	return [titleRow('Your decision', '', width, true), ...shown];
}

interface Props {
	readonly request: DecisionRequest;
	readonly size: Size;
	readonly onAnswer: (value: string) => void;
}

export function DecisionOverlay({request, size, onAnswer}: Props) {
	const above = questionRows(request, size);
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
			<SelectInput
				items={items}
				initialIndex={firstFocus(request)}
				{...(all ? {} : {limit: room})}
				indicatorComponent={Indicator}
				itemComponent={(item) => <Item {...item} width={size.width} />}
				onSelect={(item) => onAnswer(item.value)}
			/>
		</Box>
	);
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
