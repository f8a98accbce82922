// Room: scripts. What the detectors find, as tables: each with its rules, and which rules of other tools they cover or leave
// out. Made from the detectors themselves, so that a new rule is on the list as soon as it is in the program.
import {detectors} from '../src/cli/extensions.ts';
import {PRINCIPLES} from '../src/domain/advice/principle-rules.ts';

type Row = readonly string[];
type Table = (head: Row, rows: readonly Row[]) => string;

/** Ids that differ in one word between hyphens as one: `a-{b,c}-d`. */
export function folded(ids: readonly string[]): string[] {
	let words = [...new Set(ids)].sort().map((id) => id.split('-'));
	for (let merged = true; merged; ) {
		merged = false;
		const longest = Math.max(0, ...words.map((parts) => parts.length));
		for (let at = longest - 1; at >= 0; at--) {
			const groups = new Map<string, string[][]>();
			for (const parts of words) {
				const key = JSON.stringify([parts.length, parts.map((part, i) => (i === at ? '' : part))]);
				groups.set(key, [...(groups.get(key) ?? []), parts]);
			}
			words = [...groups.values()].flatMap((group) => {
				const [first] = group;
				if (first === undefined || group.length === 1 || first.length === 1 || first.length <= at) return group;
				merged = true;
				const choices = group.flatMap((parts) => (parts[at] ?? '').replace(/^\{(.*)\}$/, '$1').split(','));
				return [first.map((part, i) => (i === at ? `{${choices.join(',')}}` : part))];
			});
		}
	}
	return words.map((parts) => parts.join('-')).sort();
}

/** `tool:id` by tool, in the order of the tools' names. */
function byTool(rules: readonly string[]): [tool: string, ids: string[]][] {
	const tools = new Map<string, string[]>();
	for (const rule of rules) {
		const colon = rule.indexOf(':');
		const tool = rule.slice(0, colon);
		tools.set(tool, [...(tools.get(tool) ?? []), rule.slice(colon + 1)]);
	}
	return [...tools].sort(([a], [b]) => a.localeCompare(b));
}

const named = (rules: readonly string[]) =>
	byTool(rules)
		.map(([tool, ids]) => `${tool}: ${folded(ids).join(', ')}`)
		.join('; ');

const ruled = () => detectors.filter((detector) => (detector.rules ?? []).length > 0);

/** How many rules there are, and of how many of other tools' they say the same. */
function total(): string {
	const all = ruled();
	const count = all.reduce((sum, {rules = []}) => sum + rules.length, 0);
	const covered = byTool([...new Set(all.flatMap(({rules = []}) => rules.flatMap(({like}) => like)))]);
	const tools = covered.map(([tool, ids]) => `${ids.length} of ${tool}`).join(', ');
	return `${count} rules in ${all.length} detectors, covering ${tools}.`;
}

export function ruleCounts(table: Table): string {
	const rows = ruled().map(({name, topic, rules = []}) => {
		const dangers = rules.filter(({severity}) => severity === 'danger').length;
		return [name, `\`${topic}\``, String(rules.length), String(dangers)];
	});
	return `${total()}\n\n${table(['detector', 'chip', 'rules', 'of these danger'], rows)}`;
}

export function rules(table: Table): string {
	const parts = ruled().map(({name, topic, rules = []}) => {
		// What nobody else has a rule for is explained instead.
		const own = rules.every(({like}) => like.length === 0);
		const rows = rules.map((rule) => [
			`\`${rule.id}\``,
			`${rule.class} ${rule.severity}`,
			rule.what,
			rule.instead,
			own ? rule.why : named(rule.like),
		]);
		const last = own ? 'why it hurts' : 'covers';
		return `### Rules: ${name}\n\nChip \`${topic}\`, ${rules.length} rules.\n\n${table(['rule', 'class', 'what it finds', 'what to do', last], rows)}`;
	});
	return `${total()}\n\n${[...parts, principles(table)].join('\n\n')}`;
}

/** Advice about a plan, by the ids it carries. */
function principles(table: Table): string {
	const rows = PRINCIPLES.map(({id, severity, what, why, instead}) => [`\`${id}\``, severity, what, instead, why]);
	const told = 'Advice about a plan, never a gate: at most four lines, each with the id of its principle.';
	return `### Rules: principles\n\n${told}\n\n${table(['rule', 'at most', 'the principle, and when it speaks', 'what to do', 'why'], rows)}`;
}

export function leftOut(table: Table): string {
	const reasons = new Map<string, string[]>();
	for (const {rule, why} of detectors.flatMap(({leavesOut = []}) => leavesOut))
		reasons.set(why, [...(reasons.get(why) ?? []), rule]);
	return table(
		['rules of other tools', 'why they are left out'],
		[...reasons].map(([why, left]) => [named(left), why]),
	);
}
