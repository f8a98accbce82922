// Room: gateway. Which slot gets a request. Reads weights and health, changes nothing.

import {otherSlot, type SlotName} from '../domain/ids.ts';
import type {Lane} from './lane.ts';
import type {GatewayState} from './state.ts';

export interface Chooser {
	/** By weight; a dead slot's share goes to the other one when that may serve. Always a lane, possibly one that cannot. */
	choose(): Lane;
	/** After nothing could be sent: the other slot if it may serve, else the same once more while it has a process. */
	instead(refused: Lane): Lane | undefined;
	/** After a connection broke: the same slot while it is up, else the other one if it may serve. */
	again(broken: Lane): Lane | undefined;
}

/**
 * @param chance uniform in [0, 1). Requests are dealt at random and not in turn: an alternating pattern in the traffic
 * (page, image, page, image) must not become a difference between the slots.
 */
export function createChooser(
	state: () => Pick<GatewayState, 'weights' | 'stable' | 'slots'>,
	lanes: Readonly<Record<SlotName, Lane>>,
	chance: () => number,
): Chooser {
	/** A slot without weight helps out only when it was trusted with everything before: never an unproven release. */
	const mayHelp = (slot: SlotName) => {
		const {weights, stable, slots} = state();
		return lanes[slot].serving && (weights[slot] > 0 || slot === stable || slots[slot]?.trusted === true);
	};
	const other = (lane: Lane) => {
		const name = otherSlot(lane.name);
		return mayHelp(name) ? lanes[name] : undefined;
	};
	return {
		choose() {
			const {weights} = state();
			const wanted = lanes[chance() * 100 < weights.blue ? 'blue' : 'green'];
			return wanted.serving ? wanted : (other(wanted) ?? wanted);
		},
		instead: (refused) => other(refused) ?? (refused.pool === undefined ? undefined : refused),
		again: (broken) => (broken.serving ? broken : other(broken)),
	};
}
