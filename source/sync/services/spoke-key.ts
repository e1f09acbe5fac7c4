import {existsSync} from 'node:fs';
import {clean} from '../../text/clean.js';
import type {SpokeConfig} from '../config/types.js';
import {makeKeyPair} from '../diagnosis/fixes/keygen.js';
import {run} from '../process.js';
import {authorizedLine, piSessionRoot, publicKeyOf, type Restriction, restrictedPath} from '../ssh/restricted.js';
import {installLine, type LoginKind, type SpokeFacts, tryLogin} from '../ssh/restricted-install.js';
import {wrapperPath} from '../ssh/wrapper.js';
import {isYes} from './asker.js';
import {failedStep, running, type StepContext, StepError} from './spoke-step.js';

/** How the key is to be restricted; undefined: by rrsync where the spoke has it. */
export type By = Restriction['by'] | undefined;

/**
 * The dedicated key, made if need be.
 * @param file absolute path of the private key
 * @returns its public half
 * @throws StepError
 */
export async function ensureKey(context: StepContext, file: string): Promise<string> {
	const {asker, isAgreed, io, say} = context;
	if (!existsSync(file)) {
		const isWanted = isAgreed || (await isYes(asker, `Make a key for this hub alone, without passphrase, in ${file}?`));
		if (!isWanted) {
			throw new StepError(`there is no key ${file}`, [
				'let it be made: --yes',
				'or name another one: --key FILE',
				'or use the login ssh has: --use-login',
			]);
		}

		const made = await makeKeyPair({path: file, comment: `pi-brain-sync@${io.hostname}`}, io);
		if (!made.ok) throw new StepError([made.message, ...made.evidence].join(': '), ['name another key: --key FILE']);
		say(`made the key ${file}`);
	}

	const readable = await run(['ssh-keygen', '-y', '-P', '', '-f', file], {...running(context), limitMs: 10_000});
	if (readable.exitCode !== 0) {
		throw new StepError(
			`the key ${file} cannot be used without asking: ${clean(readable.stderr.trim().split('\n').at(-1) ?? '')}`,
			[
				'a schedule cannot type a passphrase: name a key of its own with --key FILE, or use the login ssh has with --use-login',
			],
		);
	}

	return (await publicKeyOf(file, running(context))) ?? readable.stdout.trim();
}

/**
 * Sees to it that the key may pull the sessions and do nothing else, installing the line through the login ssh has.
 * @param spoke with the key
 * @throws StepError, with the line to paste where nothing else is left
 */
export async function restrictKey(context: StepContext, spoke: SpokeConfig, publicKey: string, by: By): Promise<void> {
	const {io, say, settings} = context;
	const source = spoke.source as Extract<SpokeConfig['source'], {kind: 'ssh'}>;
	const root = source.path === restrictedPath ? piSessionRoot : source.path;
	const options = {...running(context), settings};
	const own = await tryLogin(spoke, root, options);
	if (own.kind === 'restricted') {
		say('the key is restricted to pulling already');
		return;
	}

	// Refused is what a new key is; anything else stands in the way of every login.
	if (own.kind === 'failed' && own.failure.cause !== 'AUTH_DENIED') throw failedStep(own.failure, spoke);
	const other = own.kind === 'shell' ? own : await tryLogin({...spoke, sshKey: undefined}, root, options);
	const facts = other.kind === 'shell' ? other.facts : undefined;
	const restriction = restrictionFor(spoke, root, by, facts);
	const line = authorizedLine(restriction, publicKey);
	if (facts && !facts.root) say(`${root} is not there yet on the spoke: has pi run there?`);
	const isInstalled = facts !== undefined && (await install(context, spoke, own, restriction, line, publicKey));
	if (!isInstalled) await paste(context, other, restriction, line);
	const after = await tryLogin(spoke, root, options);
	io.signal.throwIfAborted();
	if (after.kind === 'restricted') {
		say('the key logs in, and can do nothing but pull');
		return;
	}

	if (after.kind === 'failed') throw failedStep(after.failure, spoke);
	throw new StepError(
		'the key logs in, but is not restricted: another line of authorized_keys, or another key, lets it in',
		[`see that the spoke's authorized_keys has this line and no other with the same key: ${line}`],
	);
}

function restrictionFor(spoke: SpokeConfig, root: string, by: By, facts: SpokeFacts | undefined): Restriction {
	const folder = facts?.root ?? root;
	const isWrapped = by === 'wrapper' || (by === undefined && facts !== undefined && facts.rrsync === undefined);
	if (isWrapped) return {by: 'wrapper', root: folder, rsync: spoke.rsyncPath};
	return {by: 'rrsync', root: folder, rrsync: facts?.rrsync === '/usr/bin/rrsync' ? undefined : facts?.rrsync};
}

/** @returns false when the user would rather do it by hand */
async function install(
	context: StepContext,
	spoke: SpokeConfig,
	own: LoginKind,
	restriction: Restriction,
	line: string,
	publicKey: string,
): Promise<boolean> {
	const {asker, isAgreed, say, settings} = context;
	say('this line lets the key pull the sessions and nothing else:');
	say(`    ${line}`);
	const script = restriction.by === 'wrapper' ? `, and the script it names into ${wrapperPath}` : '';
	const question = `Write it into ~/.ssh/authorized_keys on the spoke${script}, through the login ssh has?`;
	if (!isAgreed && !(await isYes(asker, question))) return false;
	const login = own.kind === 'shell' ? spoke : {...spoke, sshKey: undefined};
	const failure = await installLine(login, restriction, line, publicKey, {...running(context), settings});
	if (failure) throw failedStep(failure, spoke);
	say('written');
	return true;
}

/** The line for whoever can write it; on a terminal it is waited for. */
async function paste({asker, say}: StepContext, other: LoginKind, {by}: Restriction, line: string): Promise<void> {
	const why =
		other.kind === 'failed'
			? `there is no other login to install the key with (${other.failure.message})`
			: 'the key is not installed';
	const steps = [
		`add this line to ~/.ssh/authorized_keys on the spoke: ${line}`,
		by === 'wrapper'
			? `and save what pi-brain-tui spoke key --wrapper prints as ${wrapperPath} there, mode 700`
			: 'where the spoke has no rrsync: the same command with --restrict wrapper',
	];
	if (!asker.isThere) throw new StepError(why, [...steps, 'then run the same command again']);
	for (const text of [why, ...steps]) say(text);
	await asker.ask('Press enter when it is there: ');
}
