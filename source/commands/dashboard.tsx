import {dirname, join, resolve} from 'node:path';
import type {ComponentType} from 'react';
import {App, type AppProps} from '../app.js';
import {defaultScreen, type HubConfig, type LoadedConfig} from '../sync/config/types.js';
import {watchConfig} from '../sync/config/watch.js';
import type {Hub} from '../sync/hub.js';
import type {Launch} from '../sync/schedule/units.js';
import {capabilitiesOf} from '../terminal/capabilities.js';
import {type Drawing, draw} from '../terminal/draw.js';
import {createFrameStream} from '../terminal/frame-stream.js';
import {collectSaid} from '../terminal/said.js';
import type {Scene, SpokeCommands} from '../terminal/scene.js';
import {createTerminal} from '../terminal/terminal.js';
import {setBlocking} from '../terminal/write-now.js';
import {cleanLines} from '../text/clean.js';
import {closeConnections} from './close-connections.js';
import {followConfig, sayProblems} from './follow-config.js';
import {closeInTime} from './leave.js';
import type {DashboardFlags, DashboardStreams} from './open-dashboard.js';
import type {OpenedHub} from './open-hub.js';
import {configLoader, type OpenedScene, openScene} from './open-scene.js';
import {type CommandIo, exit} from './types.js';

/** Exit status of a terminal that is gone, as of SIGHUP. */
const hungUp = 129;

/**
 * The dashboard, from its first frame to its exit status: 0 when it was left, 130 by ctrl-c, 129 when the terminal went
 * away, 1 when it crashed. Whatever way it ends, the terminal is as it was, nothing it started runs on, and it takes
 * about five seconds at most.
 * @param opened what to begin with; closed by this
 * @param Top what is drawn; the dashboard unless a test has something else
 */
export async function dashboard(
	io: CommandIo,
	flags: DashboardFlags,
	streams: DashboardStreams,
	opened: OpenedScene,
	Top: ComponentType<AppProps> = App,
): Promise<number> {
	const room = new Room(io, flags, streams, opened, Top);
	return room.stay();
}

/** One dashboard on one terminal. */
class Room {
	readonly #io: CommandIo;
	readonly #flags: DashboardFlags;
	readonly #streams: DashboardStreams;
	readonly #Top: ComponentType<AppProps>;
	readonly #leaving = Promise.withResolvers<number>();
	readonly #ending = new AbortController();
	/** The hub could be opened after all. */
	readonly #solved = new AbortController();
	readonly #stream;
	readonly #terminal;
	readonly #confirmed = Promise.withResolvers<void>();
	#opened: OpenedScene;
	#drawing: Drawing | undefined;
	/** Loaded with the first order: most who look change nothing. */
	readonly #spokes: SpokeCommands = {
		run: async (order, talk) => (await this.#screenCommands()).run(order, talk),
		preview: async wish => (await this.#screenCommands()).preview(wish),
	};
	#isOpening = false;

	constructor(
		io: CommandIo,
		flags: DashboardFlags,
		streams: DashboardStreams,
		opened: OpenedScene,
		Top: ComponentType<AppProps>,
	) {
		this.#Top = Top;
		this.#io = io;
		this.#flags = flags;
		this.#streams = streams;
		this.#opened = opened;
		const screen = opened.loaded.config?.tui.screen ?? defaultScreen;
		this.#stream = createFrameStream(streams.stdout);
		// What is said at the very end goes to the same terminal, which may take nothing any more.
		setBlocking(streams.stderr, false);
		const capabilities = capabilitiesOf(io.env, screen, flags);
		this.#terminal = createTerminal({stream: this.#stream, capabilities, screen, env: io.env});
	}

	async stay(): Promise<number> {
		const {stdin} = this.#streams;
		const restoreConsole = collectSaid(text => this.#hub?.log('WARN', undefined, text));
		const onAbort = () => this.#leaving.resolve(exit.ok);
		const onGone = () => this.#leaving.resolve(hungUp);
		this.#io.signal.addEventListener('abort', onAbort, {once: true});
		if (this.#io.signal.aborted) onAbort();
		stdin.on('end', onGone).on('close', onGone).on('error', onGone);
		let crash: unknown;
		this.#drawing = draw(this.#tree(), {terminal: this.#terminal, stream: this.#stream, stdin});
		this.#drawing.ended.catch((error: unknown) => {
			crash = error;
			this.#leaving.resolve(exit.internal);
		});
		// What watches files is loaded behind the first frame.
		setImmediate(() => void this.#follow().catch((error: unknown) => this.#leaving.reject(error)));
		const status = await this.#leaving.promise.catch((error: unknown) => {
			crash = error;
			return exit.internal;
		});
		this.#ending.abort();
		this.#terminal.restore();
		await this.#drawing.end();
		this.#terminal.close();
		restoreConsole();
		if (crash !== undefined) this.#complain(crash);
		stdin.off('end', onGone).off('close', onGone);
		stdin.unref();
		await closeInTime(
			async () => closeHub(this.#opened, this.#io),
			line => this.#io.stderr.write(`${line}\n`),
			status,
		);
		return status;
	}

	get #hub(): Hub | undefined {
		return 'hub' in this.#opened ? this.#opened.hub : undefined;
	}

	#tree() {
		const Top = this.#Top;
		return (
			<Top
				scene={this.#scene()}
				terminal={this.#terminal}
				onExit={status => this.#leaving.resolve(status)}
				onRetry={() => void this.#retry()}
			/>
		);
	}

	#scene(): Scene {
		if ('problem' in this.#opened) return this.#opened.problem;
		const {hub, loaded} = this.#opened;
		return {
			kind: 'hub',
			hub,
			hasConfigFile: loaded.exists,
			isReadOnly: this.#flags.readOnly ?? false,
			isDemo: this.#flags.demo ?? false,
			confirmed: this.#confirmed.promise,
			home: this.#io.home,
			env: this.#io.env,
			launch: this.#launch(),
			spokes: this.#spokes,
		};
	}

	async #screenCommands(): Promise<SpokeCommands> {
		const {screenCommands} = await import('./screen-commands.js');
		return screenCommands(this.#io, configLoader(this.#io, this.#flags).file);
	}

	/** As `schedule` has it. */
	#launch(): Launch {
		const {file} = configLoader(this.#io, this.#flags);
		const isNamed = this.#flags.config !== undefined || Boolean(this.#io.env.PI_BRAIN_CONFIG);
		return {
			node: process.execPath,
			bin: resolve(process.argv[1] ?? ''),
			configFile: isNamed ? file : undefined,
			logFile: join(dirname(file), 'logs', 'cron.log'),
			platform: process.platform,
		};
	}

	async #follow(): Promise<void> {
		const {file, load} = configLoader(this.#io, this.#flags);
		if ('hub' in this.#opened) {
			const {hub, isRemembered} = this.#opened;
			const loaded = isRemembered ? await this.#confirm(hub, this.#opened.loaded, await load()) : this.#opened.loaded;
			this.#confirmed.resolve();
			sayProblems(hub, loaded.problems);
			await followConfig(hub, {file, load, loaded, onApplied: (config, again) => this.#applied(config, again)});
			return;
		}

		const again = () => void this.#retry();
		const signal = AbortSignal.any([this.#ending.signal, this.#solved.signal]);
		const options = {file, load, current: this.#opened.loaded, signal, clock: this.#io.clock};
		await watchConfig({...options, onChange: again, onProblem: again});
	}

	/** What the configuration was remembered to be gives way to what it is. */
	async #confirm(hub: Hub, known: LoadedConfig, loaded: LoadedConfig): Promise<LoadedConfig> {
		const {config, problems} = loaded;
		if (!config || JSON.stringify(loaded) === JSON.stringify(known)) return known;
		hub.reconfigure(config, problems);
		this.#applied(config, loaded);
		return loaded;
	}

	#applied(config: HubConfig, loaded: LoadedConfig): void {
		this.#terminal.configure(config.tui.screen);
		if ('hub' in this.#opened && this.#opened.loaded.exists !== loaded.exists) {
			this.#opened = {...this.#opened, loaded: {...this.#opened.loaded, exists: loaded.exists}};
			this.#drawing?.show(this.#tree());
		}
	}

	/** Tries once more to open a hub; what is wrong now replaces what was wrong. */
	async #retry(): Promise<void> {
		if ('hub' in this.#opened || this.#isOpening) return;
		this.#isOpening = true;
		try {
			const next = await openScene(this.#io, this.#flags);
			if (this.#ending.signal.aborted) {
				await closeHub(next, this.#io);
				return;
			}

			this.#opened = next;
			if (next.loaded.config) this.#terminal.configure(next.loaded.config.tui.screen);
			this.#drawing?.show(this.#tree());
			if ('problem' in next) return;
			this.#solved.abort();
			await this.#follow();
		} catch (error) {
			// A file that is gone for the moment, as editors do it: what was wrong stays on the screen.
			if ((error as Error).name !== 'UsageError') this.#leaving.reject(error);
		} finally {
			this.#isOpening = false;
		}
	}

	#complain(error: unknown): void {
		const {name, message, stack} = error as Error;
		const text = name === 'UsageError' || name === 'HubError' ? message : (stack ?? message ?? String(error));
		this.#io.stderr.write(`pi-brain-tui failed: ${cleanLines(text)}\n`);
	}
}

async function closeHub(opened: OpenedScene, io: CommandIo): Promise<void> {
	if ('problem' in opened) return;
	const {hub, close}: OpenedHub = opened;
	await close();
	await closeConnections(hub, io);
}
