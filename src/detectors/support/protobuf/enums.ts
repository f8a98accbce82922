// Room: detectors. One enum before and after.

import type {Tell} from './diff.ts';
import {type Enum, feature, inRange} from './model.ts';
import {reservedLost} from './reserved.ts';

export function enums(tell: Tell, was: Enum, is: Enum): void {
	const now = new Map(is.values.map((value) => [value.name, value]));
	const numbers = new Map(is.values.map((value) => [value.number, value]));
	const old = new Set(was.values.map(({name}) => name));
	const known = new Set(was.values.map(({number}) => number));
	for (const value of was.values) {
		const same = now.get(value.name);
		const object = `${is.name}.${value.name}`;
		const before = `${value.name} = ${value.number}`;
		if (same !== undefined) {
			if (same.number !== value.number)
				tell(
					'enum-value-number-changed',
					same.place,
					object,
					`gives ${object} number ${same.number}, not ${value.number}`,
					{before, after: `${same.name} = ${same.number}`},
				);
			continue;
		}
		const heir = numbers.get(value.number);
		// With an alias the number keeps its meaning; only the name is gone.
		if (heir !== undefined && (!old.has(heir.name) || is.options.get('allow_alias') === 'true'))
			tell('enum-value-renamed', heir.place, object, `renames ${object} to ${heir.name}`, {
				before,
				after: `${heir.name} = ${heir.number}`,
			});
		else {
			const [number, name] = [inRange(is.reserved.ranges, value.number), is.reserved.names.has(value.name)];
			const rule = !number ? 'enum-value-removed' : name ? 'enum-value-retired' : 'enum-value-removed-name-free';
			tell(rule, is.place, object, `removes ${object}${number ? '' : ' without reserving its number'}`, {before});
		}
	}
	for (const value of is.values)
		if (!old.has(value.name) && !known.has(value.number))
			tell('enum-value-added', value.place, `${is.name}.${value.name}`, `adds ${is.name}.${value.name}`, {
				after: `${value.name} = ${value.number}`,
			});
	const type = {before: feature('enum_type', was.file, was.options), after: feature('enum_type', is.file, is.options)};
	if (type.before !== type.after)
		tell('enum-type-changed', is.place, is.name, `makes enum ${is.name} ${type.after.toLowerCase()}`, type);
	const [first, firstNow] = [was.values[0], is.values[0]];
	if (type.after === 'CLOSED' && first && firstNow && first.number !== firstNow.number)
		tell('enum-first-value-changed', firstNow.place, is.name, `makes ${firstNow.name} the first value of ${is.name}`, {
			before: first.name,
			after: firstNow.name,
		});
	const json = {
		before: feature('json_format', was.file, was.options),
		after: feature('json_format', is.file, is.options),
	};
	if (json.before !== json.after && was.file.syntax === is.file.syntax)
		tell('enum-json-format-changed', is.place, is.name, `changes how ${is.name} is written in JSON`, json);
	reservedLost(tell, 'enum-reserved-removed', is.place, is.name, was.reserved, is.reserved, (number) =>
		numbers.has(number),
	);
}
