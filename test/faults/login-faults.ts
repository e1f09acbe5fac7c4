import {execFileSync} from 'node:child_process';
import {chmodSync, copyFileSync, rmSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import type {Scope} from '../lab/after.js';
import {accounts, nobody, startAccounts} from '../lab/faults-accounts.js';
import {startAgent} from '../lab/faults-agent.js';
import {writeSession} from '../lab/sessions.js';
import type {LabSpoke} from '../lab/sshd.js';
import {keyPair} from '../lab/sshd-files.js';
import {broken, type Fault, type FaultRow, setSshOptions, startFilled} from './fault.js';

async function withKey(scope: Scope, spoil: (spoke: LabSpoke) => void): Promise<Fault> {
	const spoke = await startFilled(scope);
	spoil(spoke);
	return broken(spoke);
}

/** A spoke with further users, one of whom logs in. */
async function as(scope: Scope, user: string, options: Parameters<typeof startAccounts>[1] = {}): Promise<Fault> {
	const spoke = await startAccounts(scope, options);
	await writeSession(spoke.sessionsDir);
	return broken(spoke, {source: `${user}@${spoke.name}:.pi/agent/sessions`});
}

/** Keys, agents and accounts. */
export const loginFaults: readonly FaultRow[] = [
	{
		cause: 'AUTH_DENIED',
		by: 'a key the spoke does not know',
		word: 'auth',
		firstFix: /ssh-copy-id/,
		make: async scope =>
			withKey(scope, ({keyFile}) => {
				rmSync(keyFile);
				keyPair(keyFile);
			}),
	},
	{
		cause: 'AUTH_DENIED',
		by: 'authorized_keys that others can write to',
		word: 'auth',
		async make(scope) {
			const spoke = await startFilled(scope, {sshdLines: ['StrictModes yes']});
			chmodSync(path.join(path.dirname(spoke.sshConfig), 'authorized-keys'), 0o666);
			return broken(spoke);
		},
	},
	{
		cause: 'AUTH_DENIED',
		by: 'an account that is locked',
		word: 'auth',
		needs: ['accounts'],
		make: async scope => as(scope, accounts.locked, {hasPam: false}),
	},
	{
		cause: 'AUTH_TOO_MANY',
		by: 'more keys than sshd has patience for',
		word: 'auth',
		firstFix: /key|IdentitiesOnly/i,
		async make(scope) {
			const spoke = await startFilled(scope, {sshdLines: ['MaxAuthTries 2']});
			const others = [1, 2, 3].map(number => `${spoke.keyFile}-${number}`);
			for (const file of others) keyPair(file);
			setSshOptions(spoke, {IdentityFile: [...others, spoke.keyFile].join('\n\tIdentityFile ')});
			return broken(spoke);
		},
	},
	{
		cause: 'KEY_LOCKED',
		by: 'a key with a passphrase and no agent',
		word: 'auth',
		run: 'AUTH_DENIED',
		firstFix: /ssh-add|key/i,
		make: async scope =>
			withKey(scope, ({keyFile}) => {
				execFileSync('ssh-keygen', ['-q', '-p', '-P', '', '-N', 'a secret', '-f', keyFile], {stdio: 'ignore'});
			}),
	},
	{
		cause: 'KEY_PERMS',
		by: 'a key that others can read',
		word: 'auth',
		firstFix: /chmod 600/,
		make: async scope => withKey(scope, ({keyFile}) => chmodSync(keyFile, 0o644)),
	},
	{
		cause: 'KEY_MISSING',
		by: 'a key of ssh_config that is not there',
		word: 'auth',
		firstFix: /ssh-keygen|key/i,
		make: async scope => withKey(scope, ({keyFile}) => rmSync(keyFile)),
	},
	{
		cause: 'KEY_MISSING',
		by: 'a key of config.yaml that is not there',
		word: 'auth',
		async make(scope) {
			const spoke = await startFilled(scope);
			setSshOptions(spoke, {IdentityFile: `${spoke.keyFile}-other`});
			return broken(spoke, {ssh_key: '/nonexistent/key'});
		},
	},
	{
		cause: 'KEY_UNREADABLE',
		by: 'a key of somebody else',
		word: 'auth',
		needs: ['nobody'],
		async make(scope) {
			const spoke = await startFilled(scope, {isForOthers: true});
			return {...broken(spoke), as: nobody};
		},
	},
	{
		cause: 'KEY_BAD',
		by: 'the public key where the private one belongs',
		word: 'auth',
		make: async scope =>
			withKey(scope, ({keyFile}) => {
				copyFileSync(`${keyFile}.pub`, keyFile);
				chmodSync(keyFile, 0o600);
				rmSync(`${keyFile}.pub`);
			}),
	},
	{
		cause: 'KEY_BAD',
		by: 'a .pub file in ssh_config, as everybody may read it',
		word: 'auth',
		async make(scope) {
			const spoke = await startFilled(scope);
			setSshOptions(spoke, {IdentityFile: `${spoke.keyFile}.pub`});
			rmSync(spoke.keyFile);
			return broken(spoke);
		},
	},
	{
		cause: 'KEY_BAD',
		by: 'a key that is damaged',
		word: 'auth',
		make: async scope =>
			withKey(scope, ({keyFile}) => {
				rmSync(`${keyFile}.pub`);
				writeFileSync(
					keyFile,
					'-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXkt\n-----END OPENSSH PRIVATE KEY-----\n',
				);
			}),
	},
	{
		cause: 'AGENT_REFUSED',
		by: 'an agent that asks before it signs, and nobody answers',
		word: 'auth',
		async make(scope) {
			const spoke = await startFilled(scope);
			const socket = await startAgent(scope, spoke.keyFile, {isAsking: true});
			// The key's file is away; the agent alone could sign.
			setSshOptions(spoke, {IdentityAgent: socket, IdentityFile: `${spoke.keyFile}.pub`});
			rmSync(spoke.keyFile);
			return broken(spoke);
		},
	},
	{
		cause: 'ACCOUNT_EXPIRED',
		by: 'an account that expired',
		word: 'auth',
		firstFix: /chage/,
		needs: ['accounts'],
		make: async scope => as(scope, accounts.expired),
	},
	{
		cause: 'PASSWORD_EXPIRED',
		by: 'a password that must be changed',
		word: 'auth',
		firstFix: /log in|password/i,
		needs: ['accounts'],
		make: async scope => as(scope, accounts.stale),
	},
	{
		cause: 'LOGIN_CLOSED',
		by: '/run/nologin on the spoke',
		word: 'unreachable',
		needs: ['accounts'],
		make: async scope => as(scope, accounts.plain, {closedBecause: 'Down for maintenance until noon.'}),
	},
	{
		cause: 'NOLOGIN_SHELL',
		by: 'an account without a shell',
		word: 'remote-config',
		run: 'SHELL_NOISE',
		needs: ['accounts'],
		make: async scope => as(scope, accounts.shellless),
	},
	{
		cause: 'SRC_DENIED',
		by: 'a session root the ssh user may not read',
		word: 'remote-config',
		firstFix: /chmod/,
		needs: ['accounts'],
		make: async scope => denied(scope, spoke => spoke.sessionsDir),
	},
	{
		cause: 'SRC_DENIED',
		by: 'one session the ssh user may not read',
		word: 'remote-config',
		needs: ['accounts'],
		make: async scope => denied(scope, async ({sessionsDir}) => (await writeSession(sessionsDir, {seed: 2})).file),
	},
];

/** Something below the spoke's home is root's alone, and somebody else logs in. */
async function denied(scope: Scope, which: (spoke: LabSpoke) => string | Promise<string>): Promise<Fault> {
	const spoke = await startAccounts(scope);
	await writeSession(spoke.sessionsDir);
	chmodSync(await which(spoke), 0o600);
	return broken(spoke, {source: `${accounts.plain}@${spoke.name}:.pi/agent/sessions`});
}
