import {existsSync} from 'node:fs';
import path from 'node:path';
import {assertRan} from '../../process.js';
import {sshCommand} from '../../ssh/argv.js';
import {parseDestination} from '../../ssh/resolve.js';
import {classify} from '../classify.js';
import type {CheckContext, Found, Resolved} from '../context.js';
import type {Trace} from '../trace.js';

/** Where ssh's configuration leads to: host, port, user, keys, what stands between. Runs the user's `Match exec`. */
export async function checkSshConfig(context: CheckContext, trace: Trace): Promise<Found> {
	const {spoke, config, findings, home} = context;
	const [program, ...rest] = sshCommand(spoke, config.tui.ssh, {kind: 'none'});
	const finished = await trace.run([program!, '-G', ...rest]);
	trace.say(finished.stderr);
	if (finished.spawnError !== undefined) {
		const failure = classify({...finished, spawnError: finished.spawnError, program: 'ssh'});
		return {status: 'fail', summary: failure.message, cause: failure.cause, facts: {missingProgram: 'ssh'}};
	}

	assertRan(finished, 'ssh', trace.signal);
	if (finished.exitCode !== 0) {
		const {cause, message} = classify({...finished, program: 'ssh'});
		const [, file, line, complaint] = /^(.+): line (\d+): (.*)$/m.exec(finished.stderr) ?? [];
		const facts = file === undefined ? {complaint: message} : {place: `${file}:${line}`, complaint};
		return {status: 'fail', summary: message, cause, facts};
	}

	const settings = readSettings(finished.stdout);
	const resolved = resolve(finished.stdout, settings, home);
	findings['ssh-config'] = resolved;
	trace.say(...shownSettings.flatMap(name => (settings.get(name) ?? []).map(value => `${name} ${value}`)));
	const {loginUser, hostname, port, isProxied, jump, identityFiles} = resolved;
	const user = loginUser === undefined ? '' : `${loginUser}@`;
	const through = isProxied ? `, through ${jump ?? 'a proxy command'}` : '';
	const [key] = identityFiles.filter(({exists}) => exists === true);
	const keys = key === undefined ? ', no key file' : `, key ${key.path}`;
	return {status: 'pass', summary: `${user}${hostname}:${port}${keys}${through}`};
}

const shownSettings = [
	'hostname',
	'port',
	'user',
	'identityfile',
	'identitiesonly',
	'identityagent',
	'proxyjump',
	'proxycommand',
	'hostkeyalias',
	'userknownhostsfile',
	'globalknownhostsfile',
] as const;

/** What `ssh -G` printed, by name; some names come several times. */
function readSettings(text: string): ReadonlyMap<string, readonly string[]> {
	const settings = new Map<string, string[]>();
	for (const line of text.split('\n')) {
		const space = line.indexOf(' ');
		if (space > 0)
			settings.set(line.slice(0, space), [...(settings.get(line.slice(0, space)) ?? []), line.slice(space + 1)]);
	}

	return settings;
}

function resolve(text: string, settings: ReadonlyMap<string, readonly string[]>, home: string): Resolved {
	const one = (name: string) => {
		const value = settings.get(name)?.[0] ?? '';
		return ['', 'none'].includes(value) ? undefined : value;
	};

	const file = (name: string) => expand(name, {home, user: one('user')});
	const knownHosts = ['userknownhostsfile', 'globalknownhostsfile'].flatMap(name => splitFiles(one(name) ?? ''));
	return {
		...parseDestination(text),
		loginUser: one('user'),
		hostKeyAlias: one('hostkeyalias'),
		identityFiles: (settings.get('identityfile') ?? [])
			.filter(name => name !== 'none')
			.map(name => file(name))
			.map(name => ({path: name, exists: existsSync(name)})),
		knownHostsFiles: knownHosts.filter(name => name !== '/dev/null').map(name => file(name)),
		jump: one('proxyjump'),
		isOwnKeysOnly: one('identitiesonly') === 'yes',
		agent: settings.get('identityagent')?.[0],
	};
}

/** ssh prints several files with spaces between, a name that has one itself in quotes. */
function splitFiles(text: string): string[] {
	return [...text.matchAll(/"([^"]*)"|(\S+)/g)].map(match => match[1] ?? match[2]!);
}

/** `~` and the tokens of ssh_config that occur in file names; ssh prints them as they were written. */
function expand(name: string, {home, user}: {home: string; user: string | undefined}): string {
	const tokens: Readonly<Record<string, string>> = {'%%': '%', '%d': home, ...(user === undefined ? {} : {'%r': user})};
	const text = name.replaceAll(/%./g, token => tokens[token] ?? token);
	return text === '~' || text.startsWith('~/') ? path.join(home, text.slice(1)) : text;
}
