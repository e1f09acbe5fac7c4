import {spawn} from 'node:child_process';
import {once} from 'node:events';
import {closeSync, mkdirSync, openSync, readFileSync, writeSync} from 'node:fs';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {makeSession} from '../test/lab/sessions.js';
import {budgetRow, type Row} from './measure.js';
import {assertProved, makeProvedHub} from './verify-hub.js';
import {withScope} from './world.js';

const bytes = 1_000_000_000;
/** One line of it, as a large image makes it. */
const longestLine = 64 << 20;
const lookEveryMs = 20;

/** A deep verify of one session of 1 GB with a line of 64 MiB. */
export async function run(): Promise<Row[]> {
	return withScope(async scope => {
		const {argv, env} = await makeProvedHub(scope, 1, writeLargeSession);
		const child = spawn(argv[0], [...argv.slice(1), '--deep'], {env, stdio: ['ignore', 'pipe', 'inherit']});
		let stdout = '';
		child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
		const closed = once(child, 'close');
		let most = 0;
		while (child.exitCode === null && child.signalCode === null) {
			most = peakBytes(child.pid!) ?? most;
			await delay(lookEveryMs);
		}

		await closed;
		assertProved(stdout, 1);
		const megabytes = (size: number) => `${Math.round(size / 1e6)} MB`;
		return [budgetRow('deep verify of one session of 1 GB: most memory', most, 200e6, megabytes)];
	});
}

function writeLargeSession(root: string): void {
	const {path: name, text} = makeSession({bytes: 20_000_000});
	const file = path.join(root, name);
	mkdirSync(path.dirname(file), {recursive: true});
	const entries = Buffer.from(text.slice(text.indexOf('\n') + 1));
	const fd = openSync(file, 'w');
	let size = writeSync(fd, text) + writeSync(fd, longLine());
	while (size < bytes) size += writeSync(fd, entries);
	closeSync(fd);
}

function longLine(): string {
	const content = [{type: 'image', mimeType: 'image/png', data: 'iVBORw0KGgo'.repeat(longestLine / 11)}];
	const message = {role: 'user', content, timestamp: 0};
	return `${JSON.stringify({type: 'message', id: '0199a3b2', parentId: null, timestamp: '2026-01-24T09:15:02.318Z', message})}\n`;
}

/** The most memory that was resident at any time, in bytes; undefined once it has ended. */
function peakBytes(pid: number): number | undefined {
	try {
		const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
		return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
	} catch {
		return undefined;
	}
}
