import {randomBytes, randomInt, randomUUID} from 'node:crypto';
import {appendFile, mkdir, writeFile} from 'node:fs/promises';
import {dirname, join} from 'node:path';

const projects = ['api', 'site', 'notes', 'infra', 'papers'];
const words =
	'the guard keeps every byte a session had and the hub shows which machine is late since when and why'.split(' ');

/** Some sentences, about so many characters long. */
function prose(length: number): string {
	let text = '';
	while (text.length < length) text += `${words[randomInt(words.length)]} `;
	return text.trim();
}

/** A turn as pi writes it: one line. */
function turn(at: number, length: number): string {
	const role = randomInt(2) === 0 ? 'user' : 'assistant';
	const message = {role, content: [{type: 'text', text: prose(length)}], timestamp: at};
	const id = randomBytes(4).toString('hex');
	return `${JSON.stringify({type: 'message', id, parentId: null, timestamp: new Date(at).toISOString(), message})}\n`;
}

/**
 * Begins a session as pi does.
 * @param root session folder of a machine
 * @param startedAt milliseconds since the epoch
 * @param turns how many it has already
 * @returns its file
 */
export async function beginSession(root: string, startedAt: number, turns: number): Promise<string> {
	const cwd = `/home/demo/${projects[randomInt(projects.length)]}`;
	const id = randomUUID();
	const stamp = new Date(startedAt).toISOString();
	const file = join(root, `--${cwd.slice(1).replaceAll('/', '-')}--`, `${stamp.replaceAll(/[:.]/g, '-')}_${id}.jsonl`);
	const lines = [`${JSON.stringify({type: 'session', version: 3, id, timestamp: stamp, cwd})}\n`];
	for (let index = 1; index <= turns; index++) lines.push(turn(startedAt + index * 20_000, 100 + randomInt(2000)));
	await mkdir(dirname(file), {recursive: true});
	await writeFile(file, lines.join(''));
	return file;
}

/** Goes on with a session: one more turn. */
export async function continueSession(file: string): Promise<void> {
	await appendFile(file, turn(Date.now(), 100 + randomInt(2000)));
}
