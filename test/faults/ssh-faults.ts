import {chmodSync, mkdirSync, readFileSync, writeFileSync} from 'node:fs';
import path from 'node:path';
import {startNet} from '../lab/faults-net.js';
import {writeSession} from '../lab/sessions.js';
import {startSpoke} from '../lab/sshd.js';
import {broken, editSshConfig, type FaultRow, onceStaged, setSshOptions, startFilled} from './fault.js';

/** Host keys, ssh's own configuration, and the way to the spoke. */
export const sshFaults: readonly FaultRow[] = [
	{
		cause: 'HOSTKEY_UNKNOWN',
		by: 'known_hosts without the spoke',
		word: 'host-key',
		firstFix: /fingerprint|trust|compare/i,
		async make(scope) {
			const spoke = await startFilled(scope);
			writeFileSync(spoke.knownHosts, '');
			return broken(spoke);
		},
	},
	{
		cause: 'HOSTKEY_CHANGED',
		by: 'sshd with another host key',
		word: 'host-key',
		firstFix: /fingerprint|compare/i,
		async make(scope) {
			const spoke = await startFilled(scope);
			await spoke.changeHostKey();
			return broken(spoke);
		},
	},
	{
		cause: 'HOSTKEY_REVOKED',
		by: 'a host key marked as revoked',
		word: 'host-key',
		async make(scope) {
			const spoke = await startFilled(scope);
			const known = readFileSync(spoke.knownHosts, 'utf8');
			writeFileSync(spoke.knownHosts, `@revoked * ${known.split(' ').slice(1).join(' ')}${known}`);
			return broken(spoke);
		},
	},
	{
		cause: 'HOSTKEY_OTHER',
		by: 'the name has the right key, its address another one',
		word: 'host-key',
		needs: ['net'],
		async make(scope) {
			const net = await startNet('unknown', scope);
			const spoke = await startFilled(scope, {launcher: net.prefix, listen: {host: net.own, port: 2222}});
			const [, type, key] = readFileSync(spoke.knownHosts, 'utf8').trim().split(' ');
			const other = readFileSync(`${spoke.keyFile}.pub`, 'utf8').split(' ').slice(0, 2).join(' ');
			writeFileSync(spoke.knownHosts, `[${net.ownName}]:2222 ${type} ${key}\n[${net.own}]:2222 ${other}\n`);
			setSshOptions(spoke, {HostName: net.ownName, CheckHostIP: 'yes'});
			return {...broken(spoke), prefix: net.prefix};
		},
	},
	{
		cause: 'SSH_CONFIG_BAD',
		by: 'a word ssh does not know',
		word: 'remote-config',
		firstFix: /ssh_config|line|correct/i,
		async make(scope) {
			const spoke = await startFilled(scope);
			editSshConfig(spoke, text => text.replace('HostName', 'HostNam'));
			return broken(spoke);
		},
	},
	{
		cause: 'SSH_CONFIG_BAD',
		by: 'a value ssh cannot read',
		word: 'remote-config',
		async make(scope) {
			const spoke = await startFilled(scope);
			setSshOptions(spoke, {IdentitiesOnly: 'perhaps'});
			return broken(spoke);
		},
	},
	{
		cause: 'SSH_CONFIG_BAD',
		by: 'a configuration file that is not there',
		word: 'remote-config',
		make: async scope => broken(await startFilled(scope), {ssh_config: '/nonexistent/ssh_config'}),
	},
	{
		cause: 'MUX_SOCKET',
		by: 'a folder for sockets that others can write to',
		word: 'error',
		firstFix: /chmod 700 .*run$/,
		async make(scope) {
			return {
				...broken(await startFilled(scope)),
				spoil({folder}) {
					mkdirSync(path.join(folder, 'run'), {recursive: true});
					chmodSync(path.join(folder, 'run'), 0o777);
				},
			};
		},
	},
	{
		cause: 'JUMP_FAILED',
		by: 'a jump host that is down',
		word: 'unreachable',
		firstFix: /jump/i,
		async make(scope) {
			const [spoke, jump] = await Promise.all([startFilled(scope), startFilled(scope, {name: 'jump'})]);
			editSshConfig(spoke, text => `${text}${readFileSync(jump.sshConfig, 'utf8')}`);
			setSshOptions(spoke, {ProxyJump: 'jump'});
			await jump.stop();
			return broken(spoke);
		},
	},
	{
		cause: 'JUMP_FAILED',
		by: 'a jump host that forwards nothing',
		word: 'unreachable',
		async make(scope) {
			const sshdLines = ['AllowTcpForwarding no'];
			const [spoke, jump] = await Promise.all([startFilled(scope), startFilled(scope, {name: 'jump', sshdLines})]);
			editSshConfig(spoke, text => `${text}${readFileSync(jump.sshConfig, 'utf8')}`);
			setSshOptions(spoke, {ProxyJump: 'jump'});
			return broken(spoke);
		},
	},
	{
		cause: 'JUMP_FAILED',
		by: 'a spoke behind the jump host that is down',
		word: 'unreachable',
		async make(scope) {
			const [spoke, jump] = await Promise.all([startFilled(scope), startFilled(scope, {name: 'jump'})]);
			editSshConfig(spoke, text => `${text}${readFileSync(jump.sshConfig, 'utf8')}`);
			setSshOptions(spoke, {ProxyJump: 'jump'});
			await spoke.stop();
			return broken(spoke);
		},
	},
	{
		cause: 'LINK_DROPPED',
		by: 'the connection is torn in the middle of a file',
		word: 'unreachable',
		diagnosis: 'TCP_REFUSED',
		async make(scope) {
			const spoke = await startSpoke({scope});
			await writeSession(spoke.sessionsDir, {bytes: 3_000_000});
			return {
				...broken(spoke, {rsync_options: ['--bwlimit=500']}),
				spoil(hub) {
					onceStaged(hub, spoke.name, async () => spoke.stop());
				},
			};
		},
	},
];
