import {execFileSync, spawn} from 'node:child_process';
import {once} from 'node:events';
import path from 'node:path';
import {type Scope, temporaryFolder, waitFor} from './after.js';

/**
 * Starts an ssh-agent that holds one key.
 * @param options `isAsking`: it asks before it signs, and nobody is there to answer
 * @returns its socket
 */
export async function startAgent(
	scope: Scope,
	keyFile: string,
	options: {readonly isAsking?: boolean} = {},
): Promise<string> {
	const {path: folder} = await temporaryFolder(scope);
	const socket = path.join(folder, 'agent');
	const nobodyAnswers = {SSH_ASKPASS: '/bin/false', SSH_ASKPASS_REQUIRE: 'force', DISPLAY: ':none'};
	// Its standard input ends with this process, however that ends: no agent is left behind.
	const order = 'ssh-agent -D -a "$0" & read -r _; kill -KILL $!';
	const keeper = spawn('/bin/sh', ['-c', order, socket], {
		stdio: ['pipe', 'ignore', 'ignore'],
		env: {PATH: process.env.PATH, ...nobodyAnswers},
	});
	scope.after(async () => {
		keeper.stdin.end();
		await once(keeper, 'close');
	});
	const argv = ['-q', ...(options.isAsking ? ['-c'] : []), keyFile];
	const add = () => execFileSync('ssh-add', argv, {env: {...process.env, SSH_AUTH_SOCK: socket}, stdio: 'pipe'});
	await waitFor(() => [add()], {message: 'the agent to take the key'});
	return socket;
}
