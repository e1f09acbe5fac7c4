/** Environment variables as Node spells them. */
export type Environment = Readonly<Record<string, string | undefined>>;

// Each changes what rsync sends or how it reads its arguments: a user's RSYNC_PROTECT_ARGS, for one, is refused by rrsync.
const rsyncVariables = [
	'RSYNC_RSH',
	'RSYNC_PROTECT_ARGS',
	'RSYNC_OLD_ARGS',
	'RSYNC_PARTIAL_DIR',
	'RSYNC_ICONV',
	'RSYNC_COMPRESS_LIST',
	'RSYNC_CHECKSUM_LIST',
	'RSYNC_MAX_ALLOC',
	'RSYNC_CONNECT_PROG',
	'RSYNC_PASSWORD',
	'RSYNC_PROXY',
];

/** What ssh and rsync get: the user's own environment with the language, the zone and rsync's wishes as we need them. */
export function childEnvironment(env: Environment): Environment {
	const fixed = {LC_ALL: 'C', LANGUAGE: '', TZ: 'UTC'};
	return {...env, ...Object.fromEntries(rsyncVariables.map(name => [name, undefined])), ...fixed};
}
