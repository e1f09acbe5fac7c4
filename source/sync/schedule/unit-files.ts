import {logicalLines} from './shell-words.js';

/** What a systemd service starts, as far as it matters here. */
export interface UnitCommands {
	/** Each `Exec…=` line, its special first characters and `%h`, `%%` resolved. */
	readonly commands: ReadonlyArray<{readonly text: string; readonly line: number}>;
	readonly variables: Readonly<Record<string, string>>;
	readonly folder: string | undefined;
}

/**
 * Reads a service file.
 * @param home what `%h` stands for
 */
export function readService(text: string, home: string): UnitCommands {
	const commands: Array<{text: string; line: number}> = [];
	const variables: Record<string, string> = {};
	let folder: string | undefined;
	for (const {text: whole, line} of logicalLines(text)) {
		const match = /^\s*(\w+)\s*=\s*(.*?)\s*$/s.exec(whole);
		if (!match) continue;
		const value = match[2]!.replaceAll(/%([h%])/g, (_, letter: string) => (letter === 'h' ? home : '%'));
		if (/^Exec(?:Start|StartPre|StartPost|Stop|StopPost|Reload)$/.test(match[1]!)) {
			commands.push({text: value.replace(/^[-@:+!|]+/, ''), line});
		} else if (match[1] === 'WorkingDirectory') {
			folder = value.replace(/^-?~/, home);
		} else if (match[1] === 'Environment') {
			for (const [, name, plain] of value.matchAll(/["']?([A-Za-z_]\w*)=([^"'\s]*)/g)) variables[name!] = plain!;
		}
	}

	return {commands, variables, folder};
}

/** The service a timer starts: its `Unit=`, else the service of its own name. */
export function timedService(timerName: string, text: string): string {
	return /^\s*Unit\s*=\s*(\S+)/m.exec(text)?.[1] ?? timerName.replace(/\.timer$/, '.service');
}
