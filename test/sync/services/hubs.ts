import {type ChildProcess, spawn} from 'node:child_process';
import {once} from 'node:events';
import fs from 'node:fs';
import type {TestContext} from 'node:test';
import {type Clock, systemClock} from '../../../source/sync/clock.js';
import type {HubConfig, SpokeConfig} from '../../../source/sync/config/types.js';
import {Hub} from '../../../source/sync/hub.js';
import {createMethods} from '../../../source/sync/methods/index.js';
import type {RunBy} from '../../../source/sync/store/runs.js';
import {Store} from '../../../source/sync/store/store.js';
import {onExit, temporaryFolder} from '../../lab/after.js';
import {hubConfig} from '../guard/world.js';
import {localSpoke} from '../methods/spokes.js';

/** A folder for hubs, and the configuration they share. */
export interface HubPlace {
	readonly root: string;
	readonly config: HubConfig;
	/** Opens a hub of this process; closed at the end of the test. The clock is the system's unless told. */
	open(by: RunBy, clock?: Clock): Promise<{readonly hub: Hub; readonly logged: string[]; close(): Promise<void>}>;
}

/** Makes one with manual spokes that have one session each, in a temporary folder unless told. */
export async function hubPlace(
	t: TestContext,
	names: readonly string[],
	spoke: Partial<SpokeConfig> = {},
	tui: Partial<HubConfig['tui']> = {},
	folder?: string,
): Promise<HubPlace> {
	const root = folder ?? (await temporaryFolder(t)).path;
	const spokes = names.map(name => {
		fs.mkdirSync(`${root}/${name}/p`, {recursive: true});
		fs.writeFileSync(`${root}/${name}/p/a.jsonl`, `${name}\n`);
		return localSpoke(`${root}/${name}`, {
			name,
			method: 'manual',
			path: `${root}/hub/synced/${name}`,
			isDefaultSchedule: false,
			...spoke,
		});
	});
	const config = hubConfig(root, spokes, tui);
	return {
		root,
		config,
		async open(by, clock = systemClock) {
			const store = await Store.open(`${config.databaseDir}/sync.db`);
			const logged: string[] = [];
			const hub = new Hub({
				config,
				problems: [],
				store,
				methods: current => createMethods(current, process.env, clock),
				clock,
				by,
				onLog: ({level, text}) => logged.push(`${level} ${text}`),
			});
			let isOpen = true;
			const close = async () => {
				if (!isOpen) return;
				isOpen = false;
				await hub.close();
				store.close();
			};

			t.after(close);
			return {hub, logged, close};
		},
	};
}

const holder = new URL('../schedule/hold-lease.ts', import.meta.url).pathname;

/** A process of its own that holds a lease as `cron` until `end` is called. */
export async function holdElsewhere(
	t: TestContext,
	folder: string,
	name: string,
): Promise<{readonly child: ChildProcess; end(signal?: NodeJS.Signals): Promise<void>}> {
	const child = spawn(process.execPath, ['--import', 'tsx', holder, folder, name], {
		stdio: ['pipe', 'pipe', 'inherit'],
	});
	const forget = onExit(() => child.kill('SIGKILL'));
	await once(child.stdout, 'data');
	const end = async (signal?: NodeJS.Signals) => {
		if (child.exitCode !== null || child.signalCode !== null) return;
		const gone = once(child, 'exit');
		if (signal) child.kill(signal);
		else child.stdin.write('end\n');
		await gone;
		forget();
	};

	t.after(async () => end('SIGKILL'));
	return {child, end};
}
