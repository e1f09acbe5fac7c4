import * as z from 'zod/mini';
import type {MethodName} from './types.js';
import {isTimeZone, parseDuration} from './values.js';

// Nothing here is parsed often enough to earn back the compilation, which also needs `new Function`.
z.config({jitless: true});

/** The methods a spoke may name. */
export const methodNames = ['rsync', 'syncthing', 'manual', 'api'] as const satisfies readonly MethodName[];

const text = z.string({error: issue => `must be text${typeof issue.input === 'number' ? ': put it in quotes' : ''}`});
const flag = z.boolean({error: issue => `must be true or false, not ${shown(issue.input)}`});
const schedule = z.custom<string | false>(
	value => typeof value === 'string' || value === false,
	'must be a cron expression such as "*/15 * * * *", or off',
);
const duration = z.custom<string | number>(value => parseDuration(value) !== undefined, {
	error: issue => `must be a duration such as 90s, 30m, 2h, 1d or a number of seconds, not ${shown(issue.input)}`,
});

function whole(min: number, max: number, unit: string) {
	return z.custom<number>(value => Number.isInteger(value) && (value as number) >= min && (value as number) <= max, {
		error: issue => `must be a whole number${unit} from ${min} to ${max}, not ${shown(issue.input)}`,
	});
}

function choice<const Values extends readonly string[]>(values: Values) {
	return z.custom<Values[number]>(value => values.includes(value as string), {
		error: issue => `must be one of ${values.join(', ')}, not ${shown(issue.input)}`,
	});
}

/** Keys of one command; `[]` leaves it without any. What they are called is the keymap's to judge. */
const keyList = z.custom<string[]>(
	value => Array.isArray(value) && value.every(key => typeof key === 'string' && key !== ''),
	{error: () => 'must be a key such as s, or a list of keys; a digit or a sign is put in quotes'},
);

function shown(value: unknown): string {
	return typeof value === 'object' ? (Array.isArray(value) ? 'a list' : 'a map') : JSON.stringify(value);
}

/** An entry of `spokes` or `sync.spokes`; what is required depends on shape and method and is checked by hand. */
export const spokeSchema = z.object({
	name: z.optional(
		text.check(
			z.regex(
				/^(?!__proto__$)[\w-]{1,64}$/,
				'must be 1 to 64 letters, digits, "_" and "-": it names folders and computers',
			),
		),
	),
	sync_method: z.optional(choice(methodNames)),
	path: z.optional(text),
	source: z.optional(text),
	enabled: z.optional(flag),
	schedule: z.optional(schedule),
	host: z.optional(text),
	user: z.optional(text),
	port: z.optional(whole(1, 65_535, '')),
	ssh_key: z.optional(text),
	session_dir: z.optional(text),
	rsync_path: z.optional(text),
	ssh_config: z.optional(text),
	known_hosts: z.optional(text),
	stale_after: z.optional(duration),
});

/** `hub:`. */
export const hubSchema = z.object({
	sessions_dir: z.optional(text),
	synced_sessions_dir: z.optional(text),
	database_dir: z.optional(text),
});

/** `sync:`, without its spokes and patterns. */
export const syncSchema = z.object({initial_sync_days: z.optional(whole(1, 36_500, ' of days'))});

const switches = ['auto', 'on', 'off'] as const;
const day = 86_400;

/** What `tui:` says of the screen; `keys` is checked entry by entry, so that a bad one takes no other with it. */
const screenKeys = {
	theme: z.optional(choice(['auto', 'mono', 'high-contrast', 'light', 'dark'])),
	ascii: z.optional(flag),
	bell: z.optional(z.pipe(z.transform(asSwitch), choice(['on', 'off', 'visual']))),
	title: z.optional(flag),
	hyperlinks: z.optional(z.pipe(z.transform(asSwitch), choice(switches))),
	clipboard: z.optional(z.pipe(z.transform(asSwitch), choice(['auto', 'osc52', 'off']))),
	max_fps: z.optional(whole(1, 60, ' of frames a second')),
	keys: z.optional(z.record(z.string(), z.pipe(z.transform(asList), keyList), 'must be a map of commands and keys')),
};

/** `tui:`. */
export const tuiSchema = z.object({
	...screenKeys,
	default_schedule: z.optional(schedule),
	verify_schedule: z.optional(schedule),
	// Shorter would be a login storm of our own making.
	probe_interval: z.optional(whole(1, day, ' of seconds')),
	stale_after: z.optional(duration),
	concurrency: z.optional(whole(1, 64, '')),
	ssh: z.optional(
		z.object(
			{
				multiplex: z.optional(flag),
				connect_timeout: z.optional(whole(1, 600, ' of seconds')),
				stall_timeout: z.optional(whole(1, day, ' of seconds')),
				ssh_config: z.optional(text),
				known_hosts: z.optional(text),
			},
			'must be a map',
		),
	),
	// A bare `on` or `off` is text in YAML 1.2 and a boolean in 1.1, so both are understood.
	compress: z.optional(z.pipe(z.transform(asSwitch), choice(switches))),
	protect: z.optional(z.pipe(z.transform(asSwitch), choice(['auto', 'off']))),
	notify_command: z.optional(
		z.custom<string[]>(
			value => Array.isArray(value) && value.length > 0 && value.every(word => typeof word === 'string'),
			'must be a list of a program and its arguments',
		),
	),
	time_zone: z.optional(
		z.custom<string>(value => typeof value === 'string' && isTimeZone(value), {
			error: issue => `must be a time zone such as Europe/Paris, not ${shown(issue.input)}`,
		}),
	),
});

/** One entry of `tui.syncthing`. The key is text of Syncthing's making: nothing is required of it but that it fits a header. */
export const syncthingSchema = z.object({
	url: z.optional(
		z.custom<string>(value => typeof value === 'string' && isApiUrl(value), {
			// Not what was written: a key may have been typed into it.
			error: () => 'must be http:// or https:// with host and port, such as http://127.0.0.1:8384',
		}),
	),
	api_key: z.optional(
		z.custom<string>(value => typeof value === 'string' && /^[\x21-\x7e]{1,256}$/.test(value), {
			error: () => 'must be the API key as Syncthing shows it',
		}),
	),
	api_key_file: z.optional(text),
	home: z.optional(text),
	fingerprint: z.optional(
		z.custom<string>(value => typeof value === 'string' && /^(?:[\dA-Fa-f]{2}:?){32}$/.test(value), {
			error: () => 'must be the SHA-256 fingerprint of its certificate: 64 hexadecimal digits',
		}),
	),
});

function isApiUrl(text: string): boolean {
	const url = URL.parse(text);
	return (
		url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '' && url.search === ''
	);
}

function asList(value: unknown): unknown {
	return typeof value === 'string' ? [value] : value;
}

function asSwitch(value: unknown): unknown {
	return value === true ? 'on' : value === false ? 'off' : value;
}

/** One thing a schema found wrong; `path` counts from the value that was checked. */
export interface Issue {
	readonly path: ReadonlyArray<string | number>;
	/** Reads on its own: `sync_method must be one of …`. */
	readonly message: string;
}

/**
 * Checks a map and keeps what is right in it: a bad key is reported and treated as absent. A key without a value
 * counts as absent too.
 * @param value as the file holds it
 */
export function readLeniently<Output>(
	schema: z.ZodMiniType<Output>,
	value: unknown,
	onIssue: (issue: Issue) => void,
): Output {
	const rest = withoutEmpty(value ?? {}) as Record<string, unknown>;
	if (typeof rest !== 'object' || Array.isArray(rest)) {
		onIssue({path: [], message: 'must be a map of keys and values'});
		return schema.parse({});
	}

	const result = schema.safeParse(rest);
	if (result.success) return result.data;
	for (const issue of result.error.issues) {
		const path = issue.path as Array<string | number>;
		onIssue({path, message: `${path.join('.')} ${issue.message}`});
		drop(rest, path);
	}

	return schema.parse(rest);
}

function drop(value: Record<string, unknown>, path: ReadonlyArray<string | number>): void {
	const [key, ...deeper] = path as [string, ...string[]];
	const inner = value[key];
	if (deeper.length > 0 && typeof inner === 'object' && inner !== null) drop(inner as Record<string, unknown>, deeper);
	else delete value[key];
}

function withoutEmpty(value: unknown): unknown {
	if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, entry]) => entry !== null)
			.map(([key, entry]) => [key, withoutEmpty(entry)]),
	);
}
