import path from 'node:path';
import {App} from '../../source/app.js';
import {systemClock} from '../../source/sync/clock.js';
import {defaultScreen} from '../../source/sync/config/types.js';
import {Hub} from '../../source/sync/hub.js';
import type {LookOptions, SyncMethod} from '../../source/sync/methods/types.js';
import {undrivenMethod} from '../../source/sync/methods/undriven.js';
import {loadCron} from '../../source/sync/schedule/cron.js';
import {acquireLease} from '../../source/sync/schedule/lease.js';
import {keeperLease} from '../../source/sync/services/keeping.js';
import type {SpokeState} from '../../source/sync/state.js';
import {Store} from '../../source/sync/store/store.js';
import {capabilitiesOf, type ScreenFlags} from '../../source/terminal/capabilities.js';
import {createFrameStream} from '../../source/terminal/frame-stream.js';
import type {ProblemScene} from '../../source/terminal/scene.js';
import {createTerminal, type OpenedTerminal} from '../../source/terminal/terminal.js';
import type {SetupWish} from '../../source/view/wizard-draft.js';
import {type Scope, temporaryFolder, waitFor} from './after.js';
import {type FakeKind, fakeLog, fakeNow} from './fake-state.js';
import {openScreen, type Screen} from './screen.js';
import {configOf, fill, methodOf, remember, type StandingClock, stagedSpoke, transfer} from './staged.js';

/** Who keeps the schedule where somebody else does. */
const keeperPid = 4711;

/** A spoke by its name, and what has become of it. */
export interface StagedSpoke {
	readonly name: string;
	/** `ok` unless told. */
	readonly kind?: FakeKind;
}

/** What the dashboard is to show, on which terminal. */
export interface DashboardOptions {
	readonly spokes?: readonly StagedSpoke[];
	/** Files in each spoke's folder, made before the first look; 12 unless told. */
	readonly sessions?: number;
	readonly columns?: number;
	readonly rows?: number;
	/** Variables that say what the terminal can, on top of UTF-8 and 256 colours. */
	readonly env?: Readonly<Record<string, string>>;
	readonly flags?: ScreenFlags;
	/** Another process keeps the schedule, so that nothing happens by itself; true unless told. */
	readonly isStandingBy?: boolean;
	readonly isReadOnly?: boolean;
	readonly hasConfigFile?: boolean;
	/** What is on the screen instead of a hub. */
	readonly problem?: ProblemScene;
	/** How a look ends; unless told it lasts until it is cancelled. */
	readonly look?: SyncMethod['look'];
}

/** The whole dashboard over a real hub: what its spokes answer and what time it is are a test's to say. */
export interface Dashboard {
	readonly hub: Hub;
	readonly screen: Screen;
	readonly clock: StandingClock;
	/** Looks under way, by spoke. */
	readonly looks: ReadonlyMap<string, LookOptions>;
	/** Exit statuses that were asked for. */
	readonly exits: readonly number[];
	/** How often the hub was to be opened once more. */
	readonly retries: number;
	/**
	 * The screen once everything was counted and nothing moves, the same on every machine.
	 * @param shows what must be on it
	 */
	picture(shows?: RegExp): Promise<string>;
	/** Ends it, as a scope does. */
	close(): Promise<void>;
}

/** Opens the dashboard. */
export async function openDashboard(scope: Scope, options: DashboardOptions = {}): Promise<Dashboard> {
	const {spokes: staged = [], flags = {}, isStandingBy = true} = options;
	// What is loaded behind the first frame is there with it: no test waits for a disk.
	await Promise.all([
		loadCron(undefined),
		import('../../source/sync/detail.js'),
		import('../../source/sync/services/versions.js'),
		import('../../source/sync/conflicts/pairs.js'),
	]);
	const folder = await temporaryFolder();
	const root = folder.path;
	const clock: StandingClock = {at: fakeNow, now: () => clock.at, sleep: systemClock.sleep};
	const spokes = staged.map(({name, kind = 'ok'}, index) => stagedSpoke(root, name, kind, index + 1));
	const config = configOf(
		root,
		spokes.map(spoke => spoke.config),
	);
	fill(config.sessionsDir, 20, 77);
	for (const [index, spoke] of spokes.entries()) {
		if (spoke.totals || spoke.holds > 0) fill(spoke.config.path, options.sessions ?? 12, index + 1);
	}

	const store = await Store.open(path.join(config.databaseDir, 'sync.db'));
	store.transaction(() => {
		for (const spoke of spokes) remember(store, spoke);
		for (const {at, level, spoke, text} of fakeLog(
			24,
			staged.map(({name}) => name),
			fakeNow,
		)) {
			if (level !== 'CMD') store.runs.addEvent(at, level, spoke, text);
		}
	});
	const looks = new Map<string, LookOptions>();
	const method = methodOf(spokes, looks, options.look);
	const hub = new Hub({
		config,
		problems: [],
		store,
		methods: () => ({
			rsync: {...method, name: 'rsync'},
			manual: {...method, name: 'manual'},
			syncthing: undrivenMethod('syncthing'),
			api: undrivenMethod('api'),
		}),
		clock,
		by: 'dashboard',
	});
	// Whoever keeps the schedule has the same number on every machine.
	hub.observe(event => {
		if (event.type !== 'keeper' || event.keeper?.isUs !== false || event.keeper.pid === keeperPid) return;
		hub.emit({type: 'keeper', keeper: {...event.keeper, pid: keeperPid}});
	});
	hub.recall();
	const lease = isStandingBy
		? await acquireLease({folder: path.join(config.folder, 'run'), spoke: keeperLease, by: 'watch'})
		: undefined;
	const busy = spokes.filter(({job}) => job).map(spoke => spoke.config.name);
	await transfer(hub, clock, looks, busy);

	let terminal!: OpenedTerminal;
	const exits: number[] = [];
	let retries = 0;
	const scene = options.problem ?? {
		kind: 'hub',
		hub,
		hasConfigFile: options.hasConfigFile ?? true,
		isReadOnly: options.isReadOnly ?? false,
		isDemo: false,
		confirmed: Promise.resolve(),
		home: root,
		env: process.env,
		// Whatever is typed is taken; nothing is written anywhere.
		spokes: {run: async () => 'done' as const, preview: async ({name}: SetupWish) => ({yaml: [`  - name: ${name}`]})},
		launch: {
			node: process.execPath,
			bin: path.join(root, 'pi-brain-tui.js'),
			configFile: undefined,
			logFile: path.join(root, 'logs', 'cron.log'),
			platform: process.platform,
		},
	};
	const env = {LANG: 'C.UTF-8', TERM: 'xterm-256color', ...options.env};
	const capabilities = capabilitiesOf(env, defaultScreen, flags);
	const Top = () => (
		<App scene={scene} terminal={terminal} onExit={status => exits.push(status)} onRetry={() => retries++} />
	);
	const screen = openScreen(<Top />, {
		columns: options.columns,
		rows: options.rows,
		render: {maxFps: defaultScreen.maxFps},
		wrap(stdout) {
			const stream = createFrameStream(stdout);
			terminal = createTerminal({stream, capabilities, screen: defaultScreen, env});
			return stream.stdout;
		},
	});
	let isOpen = true;
	const close = async () => {
		if (!isOpen) return;
		isOpen = false;
		terminal.restore();
		await screen.unmount();
		terminal.close();
		await hub.close();
		if (lease && 'release' in lease) await lease.release();
		store.close();
		await folder.remove();
	};
	scope.after(close);
	return {
		hub,
		screen,
		clock,
		looks,
		exits,
		get retries() {
			return retries;
		},
		async picture(shows = /(?:)/) {
			const isKnown = () =>
				options.problem !== undefined ||
				(hub.state.keeper !== undefined && hub.state.totals !== undefined && hub.state.spokes.every(isCounted));
			await waitFor(isKnown, {message: 'every folder to be counted'});
			await screen.waitFor(shows);
			return standing(async () => steady(await screen.frame(), root));
		},
		close,
	};
}

function isCounted({config: {enabled, invalid}, totals, lastRun}: SpokeState): boolean {
	return totals !== undefined || !enabled || invalid !== undefined || lastRun === undefined;
}

/** The frame that several looks in a row have found. */
async function standing(look: () => Promise<string>): Promise<string> {
	let before = '';
	let times = 0;
	return waitFor(
		async () => {
			const frame = await look();
			times = frame === before ? times + 1 : 0;
			before = frame;
			return times === 8 ? frame : undefined;
		},
		{message: 'a screen that stands still'},
	);
}

/** Without what differs from machine to machine; nothing changes its place. */
function steady(frame: string, root: string): string {
	const same = (text: string) => (found: string) => text.padEnd(found.length).slice(0, found.length);
	return frame
		.replace(/[⊶⊷]$/m, '⊶')
		.replace(/(\d\d:\d\d) \.{1,3}$/m, '$1 .')
		.replaceAll(root, same('/home/demo-user'))
		.replaceAll(/[\d.]+ [A-Z]?B free of [\d.]+ [A-Z]?B \(\d+ %\) */g, same('77 GB free of 512 GB (15 %)'))
		.replaceAll(/ +$/gm, '');
}
