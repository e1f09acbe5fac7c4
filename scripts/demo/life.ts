import {readdir} from 'node:fs/promises';
import path from 'node:path';
import {setTimeout as delay} from 'node:timers/promises';
import {appendEntry, writeSession} from '../../test/lab/sessions.js';
import {randomFrom} from '../../test/lab/text.js';

/**
 * Lets sessions grow as pi does: a turn about every second, now and then a new session.
 * @param roots session folders, by spoke
 * @param signal ends it; the promise then resolves
 */
export async function live(roots: ReadonlyMap<string, string>, signal: AbortSignal): Promise<void> {
	const random = randomFrom(Date.now());
	while (!signal.aborted) {
		const root = random.pick([...roots.values()]);
		if (random.next() < 0.1) {
			const cwd = `/home/will/${random.pick(['api', 'site', 'notes', 'infra'])}`;
			await writeSession(root, {seed: random.below(1e6), cwd, startedAt: Date.now(), bytes: 2000});
		} else {
			const names = await readdir(root, {recursive: true});
			const file = random.pick(names.filter(name => name.endsWith('.jsonl')));
			await appendEntry(path.join(root, file), {seed: random.below(1e6), bytes: 300 + random.below(3000)});
		}

		await delay(500 + random.below(1000), undefined, {signal}).catch(() => {});
	}
}
