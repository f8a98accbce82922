// Room: detectors. Types as GraphQL writes them, and which change of a type is safe for those who read or send it.

import type {TypeNode} from 'graphql';

export function printType(type: TypeNode): string {
	if (type.kind === 'NonNullType') return `${printType(type.type)}!`;
	return type.kind === 'ListType' ? `[${printType(type.type)}]` : type.name.value;
}

/** Every value of the new type was possible under the old one: nulls became impossible, at any depth. */
export function outputStricter(was: TypeNode, is: TypeNode): boolean {
	if (is.kind === 'NonNullType') return outputStricter(was.kind === 'NonNullType' ? was.type : was, is.type);
	if (was.kind === 'ListType') return is.kind === 'ListType' && outputStricter(was.type, is.type);
	return was.kind === 'NamedType' && is.kind === 'NamedType' && was.name.value === is.name.value;
}

/** Every value that could be sent under the old type can be sent under the new one: nulls became possible, at any depth. */
export const inputLooser = (was: TypeNode, is: TypeNode): boolean => outputStricter(is, was);
