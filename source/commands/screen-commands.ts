import {type EntryValue, previewEdit} from '../sync/config/edit.js';
import {blockEntry} from '../sync/config/edit-layout.js';
import {restrictedSource} from '../sync/services/spoke-rsync.js';
import type {SpokeCommands, SpokeOrder} from '../terminal/scene.js';
import type {SetupWish} from '../view/wizard-draft.js';
import type {OrderEnd} from '../view/wizard-sight.js';
import {UsageError} from './open-hub.js';
import type {Asker} from './spoke-ask.js';
import {type CommandIo, exit} from './types.js';

/** The key the rsync spokes are given, unless config.yaml names another. */
const dedicatedKey = '~/.ssh/pi-brain-sync';

/**
 * The commands that change the spokes of config.yaml, run for a screen: what they would print is said, what they would
 * ask is asked there.
 * @param file absolute path of config.yaml
 */
export function screenCommands(io: CommandIo, file: string): SpokeCommands {
	return {
		async run(order, talk) {
			const out = collector(talk.say);
			const own: CommandIo = {
				...io,
				...{stdout: out, stderr: out, hasColor: false, signal: AbortSignal.any([io.signal, talk.signal])},
			};
			const asker: Asker = {
				isThere: true,
				async ask(question) {
					out.flush();
					return talk.ask(question);
				},
			};
			try {
				return await execute(own, file, order, asker);
			} catch (error) {
				own.signal.throwIfAborted();
				if (!(error instanceof UsageError)) throw error;
				out.write(`${error.message}\n`);
				return 'failed';
			} finally {
				out.flush();
			}
		},
		async preview(wish) {
			const {clock, home, hostname, signal} = io;
			const entry = entryOf(wish);
			try {
				const options = {file, home, hostname, clock, signal};
				const {spoke} = await previewEdit(options, {type: 'add', entry});
				const reached =
					spoke?.source?.kind === 'ssh' ? {...entry, source: restrictedSource(spoke), ssh_key: dedicatedKey} : entry;
				return {yaml: blockEntry(reached, 2, 2, '\n').trimEnd().split('\n')};
			} catch (error) {
				return {problem: (error as Error).message};
			}
		},
	};
}

async function execute(io: CommandIo, config: string, order: SpokeOrder, asker: Asker): Promise<OrderEnd> {
	switch (order.type) {
		case 'add': {
			const {name, source, method, path, deviceId, folderId, reach} = order.wish;
			const {spokeAdd} = await import('./spoke-add.js');
			const names = source === undefined ? [name] : [name, source];
			const own = given({path, deviceId, folderId});
			return endOf(await spokeAdd(io, {config, names, method, ...own, ...reach, skipSync: true}, asker));
		}

		case 'change': {
			const {name, method, values, deviceId, folderId, reach} = order.wish;
			const pairs = Object.entries(values).map(([key, value]) => `${key}=${value ?? ''}`);
			const names = [name, ...pairs];
			if (method === undefined) return endOf(await (await import('./spoke-edit.js')).spokeSet(io, {config, names}));
			const {changeMethod, proveMethod} = await import('./spoke-migrate.js');
			const flags = {config, names, method, ...given({deviceId, folderId}), ...reach};
			if ((await changeMethod(io, flags, asker)) !== exit.ok) return 'failed';
			return (await proveMethod(io, flags, asker)) === exit.ok ? 'done' : 'written';
		}

		case 'enable': {
			const {spokeSwitch} = await import('./spoke-edit.js');
			// What happens in Syncthing was told before the order was given.
			return endOf(await spokeSwitch(io, {config, names: [order.name], yes: true}, order.isEnabled, asker));
		}
	}
}

function endOf(code: number): OrderEnd {
	return code === exit.ok ? 'done' : 'failed';
}

function entryOf({name, method, source, path}: SetupWish) {
	return {name, sync_method: method, ...given({source, path})} as {name: string} & Record<string, EntryValue>;
}

/** Without what is not given. */
function given<Values extends object>(values: Values): {[Key in keyof Values]?: Exclude<Values[Key], undefined>} {
	return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as ReturnType<
		typeof given<Values>
	>;
}

/** Says whole lines; what has no end yet waits for it. */
function collector(say: (line: string) => void) {
	let rest = '';
	return {
		isTerminal: false,
		columns: 200,
		write(text: string) {
			const lines = (rest + text).split('\n');
			rest = lines.pop()!;
			for (const line of lines) if (line.trim() !== '') say(line);
		},
		flush() {
			if (rest.trim() !== '') say(rest);
			rest = '';
		},
	};
}
