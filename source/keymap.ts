import {type Category, type CommandId, type CommandSpec, categories, commandIds, specOf} from './keys/commands.js';
import type {KeyContext} from './keys/context.js';
import {normalKey} from './keys/names.js';
import {meant} from './view/nearest.js';
import {type ViewName, viewNames} from './view/types.js';

export type {CommandId} from './keys/commands.js';
export type {KeyContext} from './keys/context.js';

/** A key and what it does, for the footer. */
export interface KeyHint {
	readonly keys: string;
	readonly hint: string;
}

/** A group of the help. */
export interface HelpSection {
	readonly category: Category;
	readonly entries: ReadonlyArray<{readonly keys: readonly string[]; readonly title: string}>;
}

/** A command with the keys it has after the configuration had its say. */
export interface BoundCommand extends CommandSpec {
	readonly id: CommandId;
	/** Those it has in at least one of its views. */
	readonly keys: readonly string[];
}

/** Which key does what, where. */
export interface Keymap {
	/** The command a key runs now; undefined when it would do nothing. */
	find(key: string, context: KeyContext): CommandId | undefined;
	/** The command on a key here, also when it would do nothing now: for saying why. */
	at(key: string, context: KeyContext): CommandId | undefined;
	/** What the footer says, the most useful first; help always comes first. */
	hints(context: KeyContext): readonly KeyHint[];
	/** What the help says: the keys of the view, or of the one below when help is on the screen. */
	help(context: KeyContext): readonly HelpSection[];
	/** The keys of a command in a view, the first one for the footer. */
	keysOf(id: CommandId, view: ViewName): readonly string[];
	/** In the order of the table. */
	readonly all: readonly BoundCommand[];
}

/** Always quits, whatever the configuration says: the way out of a keymap gone wrong. */
const quitKey = 'ctrl-c';

/**
 * Binds keys to commands.
 * @param overrides `tui.keys`: command ids with the keys that replace its own; an empty list or text unbinds
 * @returns problems in plain words, one line each; what they speak of is left out, the rest works
 */
export function buildKeymap(overrides: Readonly<Record<string, readonly string[]>> = {}): {
	readonly keymap: Keymap;
	readonly problems: readonly string[];
} {
	const problems: string[] = [];
	const written = readOverrides(overrides, problems);
	const bound = new Map(viewNames.map(view => [view, bindView(view, written, problems)]));
	return {keymap: keymapOf(written, bound), problems: [...new Set(problems)]};
}

type Written = ReadonlyMap<CommandId, readonly string[]>;
/** Of one view: the commands on a key, the first of which that does something has it. */
type Bound = ReadonlyMap<string, readonly CommandId[]>;

function readOverrides(overrides: Readonly<Record<string, readonly string[]>>, problems: string[]): Written {
	const written = new Map<CommandId, readonly string[]>();
	for (const [name, texts] of Object.entries(overrides)) {
		if (!isCommandId(name)) {
			problems.push(`tui.keys: there is no command '${name}'${meant(name, commandIds)}`);
			continue;
		}

		const keys = texts.filter(text => text !== '').flatMap(text => readKey(name, text, problems));
		if (name === 'quit-now' && !keys.includes(quitKey)) {
			problems.push(`tui.keys.quit-now: ${quitKey} goes on quitting, so that there is always a way out`);
			keys.push(quitKey);
		}

		written.set(name, [...new Set(keys)]);
	}

	return written;
}

function readKey(id: CommandId, text: string, problems: string[]): string[] {
	const key = normalKey(text);
	if (key === undefined) {
		problems.push(`tui.keys.${id}: there is no key '${text}'`);
		return [];
	}

	if (key === quitKey && id !== 'quit-now') {
		problems.push(`tui.keys.${id}: ${quitKey} always quits`);
		return [];
	}

	return [key];
}

function bindView(view: ViewName, written: Written, problems: string[]): Bound {
	const bound = new Map<string, CommandId[]>();
	// What the file says comes first, in the order it says it.
	const ids = [...new Set([...written.keys(), ...commandIds])].filter(id => specOf(id).views.includes(view));
	for (const id of ids) {
		for (const key of keysWanted(id, written)) {
			const holders = bound.get(key) ?? [];
			const winner = holders.find(holder => isClaimed(key, holder, written)) ?? holders[0];
			if (winner === undefined || !(isClaimed(key, winner, written) || isClaimed(key, id, written))) {
				bound.set(
					key,
					[...holders, id].toSorted((one, other) => commandIds.indexOf(one) - commandIds.indexOf(other)),
				);
			} else {
				problems.push(`tui.keys.${winner}: '${key}' is also a key of '${id}', which loses it where both are`);
			}
		}
	}

	return bound;
}

/** The file gave it a key that it does not have by itself: those that share a key by default may go on doing so. */
function isClaimed(key: string, id: CommandId, written: Written): boolean {
	return written.has(id) && !specOf(id).keys.includes(key);
}

function keysWanted(id: CommandId, written: Written): readonly string[] {
	return written.get(id) ?? specOf(id).keys;
}

function keymapOf(written: Written, bound: ReadonlyMap<ViewName, Bound>): Keymap {
	const keysOf = (id: CommandId, view: ViewName) =>
		keysWanted(id, written).filter(key => bound.get(view)!.get(key)?.includes(id));
	const candidates = (key: string, context: KeyContext) =>
		placesOf(context).flatMap(view => bound.get(view)!.get(key) ?? []);
	// A key is not another command's where one that always does something stands before it.
	const isReached = (key: string, id: CommandId, context: KeyContext) => {
		const holders = candidates(key, context);
		return holders.slice(0, holders.indexOf(id)).every(before => specOf(before).when !== undefined);
	};

	/** By the places they are for: the footer asks at every frame, and nothing else makes them others. */
	const reached = new Map<string, ReturnType<typeof commandsOf>>();
	const commandsOf = (context: KeyContext) =>
		commandIds.flatMap(id => {
			const view = placesOf(context).find(place => specOf(id).views.includes(place));
			const keys = view === undefined ? [] : keysOf(id, view).filter(key => isReached(key, id, context));
			return keys.length > 0 ? [{id, keys, spec: specOf(id)}] : [];
		});
	const known = (context: KeyContext) => {
		const places = placesOf(context).join();
		const commands = reached.get(places) ?? commandsOf(context);
		reached.set(places, commands);
		return commands;
	};

	return {
		find: (key, context) => candidates(key, context).find(id => works(id, context)),
		at: (key, context) => candidates(key, context).at(-1),
		hints: context =>
			known(context)
				.filter(
					({id, spec}) =>
						spec.hint !== undefined &&
						(spec.hintViews ?? spec.views).some(view => placesOf(context).includes(view)) &&
						works(id, context),
				)
				.toSorted((one, other) => rankOf(one.spec, context) - rankOf(other.spec, context))
				.flatMap(({keys, spec}) => (spec.hint === undefined ? [] : [{keys: keys[0]!, hint: spec.hint}])),
		help(context) {
			const entries = known({...context, view: context.under}).filter(
				({spec}) => !(spec.isChanging && context.isReadOnly),
			);
			return categories
				.map(category => ({category, entries: entries.filter(({spec}) => spec.category === category)}))
				.filter(section => section.entries.length > 0)
				.map(section => ({
					category: section.category,
					entries: section.entries.map(({keys, spec}) => ({keys, title: spec.title})),
				}));
		},
		keysOf,
		all: commandIds.map(id => ({
			...specOf(id),
			id,
			keys: keysWanted(id, written).filter(key => specOf(id).views.some(view => keysOf(id, view).includes(key))),
		})),
	};
}

/** Behind the help alone, ahead of what opens a row. */
const urgent = 5;

function rankOf({isUrgent, priority = 100}: CommandSpec, context: KeyContext): number {
	return isUrgent?.(context) ? urgent : priority;
}

function works(id: CommandId, context: KeyContext): boolean {
	const {when, isChanging} = specOf(id);
	return !(isChanging && context.isReadOnly) && (when?.(context) ?? true);
}

/** Whose keys count: those of the focused pane's view, then those of the main view around it. */
function placesOf({view, pane}: KeyContext): readonly ViewName[] {
	return view === 'main' && pane !== 'table' ? [pane, 'main'] : [view];
}

function isCommandId(name: string): name is CommandId {
	return (commandIds as readonly string[]).includes(name);
}
