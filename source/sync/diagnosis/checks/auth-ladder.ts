import {constants} from 'node:fs';
import {access, stat} from 'node:fs/promises';
import {clean} from '../../../text/clean.js';
import type {Cause, Failure} from '../../causes.js';
import {sshCommand} from '../../ssh/argv.js';
import {childEnvironment} from '../../ssh/environment.js';
import type {CheckContext, Found} from '../context.js';
import type {Trace} from '../trace.js';

/** What can be wrong with a key before any server has seen it. */
type KeyTrouble = 'KEY_MISSING' | 'KEY_PERMS' | 'KEY_UNREADABLE' | 'KEY_BAD' | 'KEY_LOCKED';

/** A key file that ssh would use. */
interface KeyState {
	readonly file: string;
	readonly trouble: KeyTrouble | undefined;
	/** Permission bits; undefined when it is not there. */
	readonly mode: number | undefined;
	readonly line: string;
}

/** What the agent holds; undefined when there is none. */
type AgentKeys = readonly string[] | undefined;

/**
 * Finds out why a spoke refused the hub's keys: does a key exist, may it be read, is it private enough, has it a
 * passphrase that nobody can type here, is there an agent, and what was offered. What is left is the spoke's to tell.
 */
export async function climb(context: CheckContext, trace: Trace, failure: Failure): Promise<Found> {
	const resolved = context.findings['ssh-config']!;
	const isNamed = context.spoke.sshKey !== undefined;
	const files = isNamed ? [context.spoke.sshKey!] : resolved.identityFiles.map(({path}) => path);
	const agentKeys = await askAgent(context, trace);
	const states = await Promise.all([...new Set(files)].map(async file => examine(file, agentKeys, trace)));
	trace.say(...states.filter(({mode}) => mode !== undefined || isNamed).map(({line}) => line));
	trace.say(agentKeys === undefined ? 'agent: none' : `agent: ${agentKeys.length} keys`);
	const offered = await askOffered(context, trace);
	trace.say(...offered.map(line => `offered: ${line}`));
	const facts = agentKeys === undefined ? {} : {agentKeys: agentKeys.length};
	if (failure.cause === 'AUTH_TOO_MANY') {
		return {
			status: 'fail',
			summary: failure.message,
			cause: failure.cause,
			facts: {...facts, serverSays: failure.message},
		};
	}

	const usable = states.find(({trouble}) => trouble === undefined);
	const isAgentAsked = (agentKeys?.length ?? 0) > 0 && !resolved.isOwnKeysOnly;
	// ssh shows the public half of a key that it then cannot use; what it shows beyond the files comes from elsewhere.
	const isOtherOffered = offered.some(line => !states.some(({file}) => line.startsWith(`${file} `)));
	if (usable || isAgentAsked || isOtherOffered) {
		const what = offered.length === 1 ? '1 key' : `${offered.length} keys`;
		const own = usable === undefined ? {} : {keyFile: usable.file};
		const told = offered.length === 0 ? '' : ` (${what} offered)`;
		return {status: 'fail', summary: `${failure.message}${told}`, cause: 'AUTH_DENIED', facts: {...facts, ...own}};
	}

	return troubled(states, failure, facts);
}

/** No key could be offered at all: the one that comes closest says why. */
function troubled(states: readonly KeyState[], failure: Failure, facts: NonNullable<Found['facts']>): Found {
	const [worst] = states.filter(({mode}) => mode !== undefined);
	if (worst?.trouble === undefined) {
		const [first] = states;
		const which = states.length === 1 ? `the key ${first!.file} does not exist` : 'the hub has no key to log in with';
		const keyFile = first === undefined ? {} : {keyFile: first.file};
		return {status: 'fail', summary: which, cause: 'KEY_MISSING', facts: {...facts, ...keyFile}};
	}

	const {file, mode, trouble} = worst;
	const words: Readonly<Record<KeyTrouble, string>> = {
		KEY_MISSING: 'does not exist',
		KEY_PERMS: `may be read by others (mode ${octal(mode!)}), so ssh does not use it`,
		KEY_UNREADABLE: 'may not be read by this user',
		KEY_BAD: 'is no private key that ssh can read',
		KEY_LOCKED: 'has a passphrase, and no agent holds it unlocked',
	};
	const cause: Cause = trouble;
	return {
		status: 'fail',
		summary: `the key ${file} ${words[trouble]}`,
		cause,
		evidence: [failure.message],
		facts: {...facts, keyFile: file, keyMode: mode!},
	};
}

async function examine(file: string, agentKeys: AgentKeys, trace: Trace): Promise<KeyState> {
	let mode: number;
	try {
		mode = (await stat(file)).mode & 0o777;
	} catch (error) {
		const {code} = error as NodeJS.ErrnoException;
		const trouble = code === 'ENOENT' || code === 'ENOTDIR' ? 'KEY_MISSING' : 'KEY_UNREADABLE';
		return {file, trouble, mode: undefined, line: `key ${file}: ${code}`};
	}

	const at = (trouble: KeyTrouble | undefined, words: string) => ({
		...{file, trouble, mode},
		line: `key ${file}: mode ${octal(mode)}, ${words}`,
	});
	const isReadable = await access(file, constants.R_OK).then(
		() => true,
		() => false,
	);
	if (!isReadable) return at('KEY_UNREADABLE', 'may not be read');
	if ((mode & 0o077) !== 0) return at('KEY_PERMS', 'open to others');
	const opened = await trace.run(['ssh-keygen', '-y', '-P', '', '-f', file]);
	if (opened.exitCode === 0) return at(undefined, 'no passphrase');
	if (!/incorrect passphrase/.test(opened.stderr)) return at('KEY_BAD', clean(opened.stderr.trim(), 200));
	// Of a key in the new format the public half stands in the open.
	const listed = await trace.run(['ssh-keygen', '-l', '-f', file]);
	const fingerprint = /SHA256:\S+/.exec(listed.stdout)?.[0];
	const isHeld = fingerprint !== undefined && agentKeys?.some(line => line.includes(fingerprint)) === true;
	return isHeld ? at(undefined, 'has a passphrase, unlocked in the agent') : at('KEY_LOCKED', 'has a passphrase');
}

function octal(mode: number): string {
	return mode.toString(8).padStart(4, '0');
}

async function askAgent({env, findings}: CheckContext, trace: Trace): Promise<AgentKeys> {
	const {agent} = findings['ssh-config']!;
	if (agent === 'none') return undefined;
	const isOther = agent?.startsWith('/') === true;
	const own = childEnvironment(env);
	const {exitCode, stdout} = await trace.run(['ssh-add', '-l'], isOther ? {env: {...own, SSH_AUTH_SOCK: agent}} : {});
	// 1: it holds none; 2: there is none.
	if (exitCode === 0) return stdout.split('\n').filter(line => line.trim() !== '');
	return exitCode === 1 ? [] : undefined;
}

/** The keys that ssh shows a server, as `ssh -v` tells; a login attempt of its own. */
async function askOffered({spoke, config}: CheckContext, trace: Trace): Promise<string[]> {
	const [program, ...rest] = sshCommand(spoke, config.tui.ssh, {kind: 'none'}, 'true');
	const {stderr} = await trace.run([
		program!,
		'-v',
		...rest.map(word => (word === 'LogLevel=INFO' ? 'LogLevel=DEBUG1' : word)),
	]);
	const lines = stderr.split('\n').map(line => line.trim());
	const methods = lines.findLast(line => line.startsWith('debug1: Authentications that can continue: '));
	if (methods !== undefined) trace.say(methods.replace('debug1: ', ''));
	return lines.flatMap(line => /^debug1: Offering public key: (.*)$/.exec(line)?.[1] ?? []);
}
