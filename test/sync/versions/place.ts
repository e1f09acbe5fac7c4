import fs from 'node:fs';
import path from 'node:path';
import type {TestContext} from 'node:test';
import type {Hub} from '../../../source/sync/hub.js';
import {versionsOf} from '../../../source/sync/services/versions.js';
import type {Generation} from '../../../source/sync/store/ledger-rows.js';
import {aheadClock} from '../guard/world.js';
import {hubPlace} from '../services/hubs.js';

/** The one session of the place, whose content is a few bytes that tests can tell apart. */
export const session = 'p/a.jsonl';

/** A hub with one spoke that is a folder on this machine. */
export interface VersionPlace {
	readonly hub: Hub;
	readonly logged: readonly string[];
	readonly root: string;
	/** Absolute path of the session on the hub. */
	readonly current: string;
	/** What the hub's current file holds. */
	text(): string;
	/** Writes the session on the spoke; each write has a time of its own. */
	write(content: string): void;
	/** A run that ended well, three seconds after the one before; the number of held sessions. */
	sync(): Promise<number>;
	/** Newest first. */
	generations(): readonly Generation[];
	/** Every kept content. */
	kept(): string[];
	/** Closes the hub, does something while nobody has its files open, and opens it again. */
	reopen(act: () => void): Promise<void>;
}

let written = Date.parse('2026-02-01T00:00:00Z') / 1000;

/**
 * @param isFilledByOthers the spoke has no source: what is written goes straight into the hub's folder
 * @param folder where all of it lies; a temporary folder unless told
 */
export async function versionPlace(t: TestContext, isFilledByOthers = false, folder?: string): Promise<VersionPlace> {
	const changes = isFilledByOthers ? {source: undefined, sourceText: undefined} : {};
	const place = await hubPlace(t, ['laptop'], changes, {}, folder);
	const clock = aheadClock();
	let opened = await place.open('command', clock);
	const current = `${place.root}/hub/synced/laptop/${session}`;
	const source = isFilledByOthers ? current : `${place.root}/laptop/${session}`;
	const generations = () => versionsOf(opened.hub, 'laptop').flatMap(one => one.generations);
	return {
		get hub() {
			return opened.hub;
		},
		get logged() {
			return opened.logged;
		},
		root: place.root,
		current,
		text: () => fs.readFileSync(current, 'utf8'),
		write(content) {
			fs.mkdirSync(path.dirname(source), {recursive: true});
			fs.writeFileSync(source, content);
			written += 10;
			fs.utimesSync(source, written, written);
		},
		async sync() {
			clock.ahead += 3000;
			const [report] = await opened.hub.sync(['laptop']);
			if (report?.result !== 'done') throw new Error(`${report?.result}: ${report?.message}`);
			return report.files.held;
		},
		generations,
		kept: () => generations().map(({file}) => fs.readFileSync(file, 'utf8')),
		async reopen(act) {
			await opened.close();
			act();
			opened = await place.open('command', clock);
		},
	};
}
