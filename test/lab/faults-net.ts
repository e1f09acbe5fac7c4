import {type ChildProcess, spawn, spawnSync} from 'node:child_process';
import {randomUUID} from 'node:crypto';
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs';
import {onExit, type Scope, waitFor} from './after.js';

/** A network of its own in which everything that can be wrong with one is wrong somewhere. */
export interface LabNet {
	readonly name: string;
	/** Argv that runs a program in it, to be put before the program's own. */
	readonly prefix: readonly string[];
	/** An address of this machine in it, no loopback one; the port space is its own. */
	readonly own: string;
	/** A name of that address. */
	readonly ownName: string;
	/** Swallows whatever is sent to it. */
	readonly silent: string;
	/** A router says that nobody is there. */
	readonly unrouted: string;
	/** Forbidden by the hub's own routes. */
	readonly prohibited: string;
	/** No route leads there. */
	readonly beyond: string;
}

const addresses = {
	own: '10.77.0.1',
	ownName: 'laptop.lab.home',
	silent: '10.77.0.9',
	unrouted: '10.77.1.1',
	prohibited: '10.77.2.1',
	beyond: '10.99.0.1',
} as const;

let possible: boolean | undefined;

/** True when networks of their own can be made here: root on Linux, with the right to. */
export function canNet(): boolean {
	if (possible !== undefined) return possible;
	if (process.platform === 'linux') sweepNets();
	const name = netName();
	possible = process.platform === 'linux' && ip('netns', 'add', name) === undefined;
	if (possible) possible = ip('-n', name, 'link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1') === undefined;
	ip('netns', 'del', name);
	return possible;
}

/**
 * Makes a network without a way out.
 * @param dns `absent`: a name server that never answers; `unknown`: one that knows no name that ends in `.test`
 * @throws Error with ip's own words
 */
export async function startNet(dns: 'absent' | 'unknown', scope: Scope): Promise<LabNet> {
	const name = netName();
	const folder = `/etc/netns/${name}`;
	const prefix = ['ip', 'netns', 'exec', name];
	let server: ChildProcess | undefined;
	const remove = () => {
		forget();
		server?.kill('SIGKILL');
		ip('netns', 'del', name);
		rmSync(folder, {recursive: true, force: true});
	};
	const forget = onExit(remove);
	scope.after(remove);
	must('netns', 'add', name);
	const inside = (...words: string[]) => must('-n', name, ...words);
	inside('link', 'set', 'lo', 'up');
	inside('link', 'add', 'v0', 'type', 'veth', 'peer', 'name', 'v1');
	inside('link', 'set', 'v0', 'up');
	inside('link', 'set', 'v1', 'up');
	inside('addr', 'add', `${addresses.own}/24`, 'dev', 'v0');
	// Somebody takes the packets from the wire and says nothing, as a firewall does that drops.
	inside('neigh', 'add', addresses.silent, 'lladdr', '02:00:00:00:00:09', 'dev', 'v0', 'nud', 'permanent');
	inside('route', 'add', 'unreachable', '10.77.1.0/24');
	inside('route', 'add', 'prohibit', '10.77.2.0/24');
	mkdirSync(folder, {recursive: true});
	const nameServer = dns === 'absent' ? addresses.silent : '127.0.0.1';
	// One that answers is given the time it needs.
	const patience = dns === 'absent' ? 'options timeout:1 attempts:1\n' : '';
	writeFileSync(`${folder}/resolv.conf`, `nameserver ${nameServer}\n${patience}`);
	writeFileSync(`${folder}/hosts`, `127.0.0.1 localhost\n${addresses.own} ${addresses.ownName}\n`);
	if (dns === 'unknown') server = await startDns(prefix);
	return {name, prefix, ...addresses};
}

/*
 * Answers a question about a name below `.test` with "no such name", any other with 192.0.2.1: the header with the
 * answer flags, the question as it came, the record.
 */
const dnsScript = `
const socket = require('dgram').createSocket('udp4');
socket.on('message', (query, from) => {
	const end = query.indexOf(0, 12) + 5;
	const question = query.subarray(12, end);
	const isKnown = !question.includes('\\x04test\\0') && question.readUInt16BE(question.length - 4) === 1;
	const isMissing = question.includes('\\x04test\\0');
	const header = Buffer.alloc(12);
	query.copy(header, 0, 0, 2);
	header.writeUInt16BE(isMissing ? 0x8183 : 0x8180, 2);
	header.writeUInt16BE(1, 4);
	header.writeUInt16BE(isKnown ? 1 : 0, 6);
	const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 192, 0, 2, 1]);
	socket.send(Buffer.concat([header, question, isKnown ? record : Buffer.alloc(0)]), from.port, from.address);
});
socket.bind(53, '127.0.0.1', () => console.log('up'));
// Its standard input ends with whoever started it.
process.stdin.resume().on('end', () => process.exit());
`;

async function startDns(prefix: readonly string[]): Promise<ChildProcess> {
	const [program, ...words] = [...prefix, process.execPath, '-e', dnsScript];
	const server = spawn(program!, words, {stdio: ['pipe', 'pipe', 'ignore']});
	let said = '';
	server.stdout.on('data', chunk => (said += chunk));
	await waitFor(() => said.includes('up'), {message: 'the name server of the lab'});
	return server;
}

function netName(): string {
	return `pbl-${process.pid}-${randomUUID().slice(0, 4)}`;
}

/** Networks of processes that were killed before they could take them away. */
function sweepNets(): void {
	for (const name of existsSync('/run/netns') ? readdirSync('/run/netns') : []) {
		const pid = /^pbl-(\d+)-/.exec(name)?.[1];
		if (pid === undefined || existsSync(`/proc/${pid}`)) continue;
		ip('netns', 'del', name);
		rmSync(`/etc/netns/${name}`, {recursive: true, force: true});
	}
}

function ip(...words: string[]): string | undefined {
	const {status, stderr, error} = spawnSync('ip', words, {encoding: 'utf8'});
	return status === 0 ? undefined : (error?.message ?? stderr);
}

function must(...words: string[]): void {
	const problem = ip(...words);
	if (problem !== undefined) throw new Error(`ip ${words.join(' ')}: ${problem}`);
}
