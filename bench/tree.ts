import {randomUUID} from 'node:crypto';
import fs from 'node:fs/promises';
import path from 'node:path';

/** The large tree: folders, and sessions in each. */
export const folders = 500;
export const filesPerFolder = 200;

/** Writes 100,000 small sessions, as a hub of many machines and years holds them. */
export async function makeTree(root: string): Promise<void> {
	const text = 'The tests pass now; next the reader should stop at the last newline it knows. '.repeat(8);
	for (let folder = 0; folder < folders; folder++) {
		const cwd = `/home/will/projects/project-${folder}`;
		const parent = path.join(root, `--${cwd.slice(1).replaceAll('/', '-')}--`);
		await fs.mkdir(parent, {recursive: true});
		for (let file = 0; file < filesPerFolder; file++) {
			const id = randomUUID();
			const timestamp = new Date(1.7e12 + (folder * filesPerFolder + file) * 60_000).toISOString();
			const name = `${timestamp.replaceAll(/[:.]/g, '-')}_${id}.jsonl`;
			const header = {type: 'session', version: 3, id, timestamp, cwd};
			const message = {role: 'assistant', content: [{type: 'text', text}]};
			const entry = {type: 'message', id: id.slice(0, 8), parentId: null, timestamp, message};
			await fs.writeFile(path.join(parent, name), `${JSON.stringify(header)}\n${JSON.stringify(entry)}\n`);
		}
	}
}
