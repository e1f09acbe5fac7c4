import {mkdir, writeFile} from 'node:fs/promises';
import path from 'node:path';
import {stringify} from 'yaml';
import type {CommandIo} from '../../source/commands/types.js';
import {systemClock} from '../../source/sync/clock.js';
import {type Scope, temporaryFolder} from '../lab/after.js';

/** A home folder with a config.yaml, and the streams of a command that runs in this process. */
export interface CommandLab {
	readonly home: string;
	readonly io: CommandIo;
	/** What was written since the last `take()`. */
	take(): {stdout: string; stderr: string};
	/** What was written so far. */
	readonly written: {stdout: string; stderr: string};
	/** As SIGTERM does. */
	interrupt(): void;
	/** A folder that is the `source` of a manual spoke; exists. */
	drive(name: string): Promise<string>;
	configure(config: object): Promise<void>;
	synced(spoke: string): string;
}

/** A stream that remembers, a terminal unless told. */
export function capture(columns: number, isTerminal = true) {
	const parts: string[] = [];
	return {
		write(text: string) {
			parts.push(text);
		},
		isTerminal,
		columns,
		text: () => parts.join(''),
	};
}

/** Makes one; `changes` are laid over its io. */
export async function commandLab(scope: Scope, changes: Partial<CommandIo> = {}): Promise<CommandLab> {
	const {path: home} = await temporaryFolder(scope);
	const folder = path.join(home, '.pi-brain');
	await mkdir(folder, {recursive: true});
	const written = {stdout: '', stderr: ''};
	const stream = (name: keyof typeof written) => ({
		write(text: string) {
			written[name] += text;
		},
		isTerminal: false,
		columns: 80,
	});
	const ending = new AbortController();
	const io: CommandIo = {
		stdout: stream('stdout'),
		stderr: stream('stderr'),
		hasColor: false,
		env: {},
		home,
		hostname: 'atlas',
		clock: systemClock,
		signal: ending.signal,
		...changes,
	};
	return {
		home,
		io,
		written,
		take() {
			const taken = {...written};
			Object.assign(written, {stdout: '', stderr: ''});
			return taken;
		},
		interrupt: () => ending.abort(new DOMException('ended', 'AbortError')),
		async drive(name) {
			const source = path.join(home, 'drives', name);
			await mkdir(source, {recursive: true});
			return source;
		},
		configure: async config => writeFile(path.join(folder, 'config.yaml'), stringify(config)),
		synced: spoke => path.join(folder, 'synced', spoke),
	};
}
