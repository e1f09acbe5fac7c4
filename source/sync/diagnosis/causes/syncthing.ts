import {clean} from '../../../text/clean.js';
import {countOf, formatBytes} from '../../../text/format.js';
import type {FixNames} from '../names.js';
import type {LocalChange} from '../syncthing-names.js';
import type {Fix} from '../types.js';
import {syncthingDevice} from './syncthing-device.js';
import {syncthingFolder} from './syncthing-folder.js';
import {cliWords, folderChangeOf, folderOf, pageOf, syncthingOf} from './syncthing-words.js';
import type {CauseEntry} from './types.js';
import {isMacHub, onHub, saying, shownPath} from './words.js';

/** Changes named one by one in a sentence. */
const named = 5;

function configured(names: FixNames): string {
	const file = names.hub.configFile;
	return `under tui.syncthing in ${file === undefined ? 'config.yaml' : shownPath(file, names)}`;
}

function start(names: FixNames): Fix {
	const argv = isMacHub(names)
		? ['brew', 'services', 'start', 'syncthing']
		: ['systemctl', '--user', 'enable', '--now', 'syncthing'];
	const canRun = isMacHub(names) || names.hub.scheduler === 'systemd';
	return onHub(names, 'Start Syncthing on this hub', argv, {
		note: 'Where it runs for the whole machine instead: sudo systemctl start syncthing@ with the user it runs as.',
		...(canRun ? {action: {type: 'hand-over', argv}} : {}),
	});
}

/** Where its own key stands. */
function keyPlace(names: FixNames): string {
	const {home} = syncthingOf(names);
	const file = home === undefined ? 'its config.xml' : shownPath(`${home}/config.xml`, names);
	return `the apikey in ${file}`;
}

/** What Revert would do to what was changed here, item by item. */
function reverted(changes: readonly LocalChange[], count: number): string {
	const words = changes.slice(0, named).map(({path, bytes, isDeleted, isFolder}) => {
		if (isDeleted) return `brings back ${clean(path)}`;
		if (isFolder) return `deletes the folder ${clean(path)} if it ends up empty`;
		return `deletes ${clean(path)} (${formatBytes(bytes)}), or puts the spoke's version in its place`;
	});
	const rest = count - words.length;
	return `${words.join('; ')}${rest > 0 ? `; and so on for ${countOf(rest, 'more item')}` : ''}`;
}

/** Syncthing, as its API and its folders say. */
export const syncthingCauses: readonly CauseEntry[] = [
	{
		cause: 'ST_DOWN',
		scenario: 'K',
		title: "Syncthing's API does not answer",
		plain(names) {
			const {trouble} = syncthingOf(names);
			if (trouble === 'absent')
				return 'No Syncthing was found on this hub: there is no config.xml of it in the usual places, and tui.syncthing names none.';
			return `The Syncthing of this hub does not run, or does not answer where its configuration says${saying(names.facts.serverSays)}.`;
		},
		why: 'While it does not run nothing arrives; while only its API is out of reach, connections and what is to come are not known. What is in the folder is counted, checked and kept all the same.',
		signature: "Syncthing's API at http://127.0.0.1:8384 does not answer (connection refused)",
		check: 'syncthing',
		confirm: 'Each address of tui.syncthing, or the one in config.xml, is asked for its status.',
		fixes(names) {
			const {trouble} = syncthingOf(names);
			const elsewhere = onHub(
				names,
				`Where it runs with another home, for another user or in a container, name it ${configured(names)}`,
				undefined,
				{note: 'home (the folder of its config.xml), or url with api_key_file.'},
			);
			if (trouble !== 'absent') return [start(names), elsewhere];
			const install = isMacHub(names) ? ['brew', 'install', 'syncthing'] : ['sudo', 'apt', 'install', 'syncthing'];
			return [elsewhere, onHub(names, 'Install it, where there is none', install), start(names)];
		},
		isRetryable: true,
	},
	{
		cause: 'ST_KEY',
		scenario: 'K',
		title: 'Syncthing refuses the API key',
		plain: names =>
			`The key is not the one Syncthing has in its settings, or none is known${saying(names.facts.serverSays)}.`,
		why: 'The key is read from config.xml in its home unless tui.syncthing names another. It changes when somebody makes a new one in its settings, and differs between two Syncthings on one machine.',
		signature: "Syncthing's API at http://127.0.0.1:8384 refuses the API key",
		check: 'syncthing',
		confirm: 'Its address is asked for its status with the key.',
		fixes: names => [
			onHub(names, `Name the folder of its config.xml as home ${configured(names)}: the key is read there`, undefined, {
				note: 'Then a new key needs no change here.',
			}),
			onHub(
				names,
				`Or give it as api_key_file: it is ${keyPlace(names)}, and under Settings, General in ${pageOf(names)}`,
				cliWords(names, 'config', 'gui', 'apikey', 'get'),
				{note: 'A file that holds nothing but the key, readable for you alone.'},
			),
		],
		isRetryable: false,
	},
	{
		cause: 'ST_HOST',
		scenario: 'K',
		title: 'What answers is not the Syncthing that was expected',
		plain: names =>
			`What answers shows another certificate, sends elsewhere, or refuses to be called by that name${saying(names.facts.serverSays)}.`,
		why: 'The key opens everything in Syncthing, so it is sent to nobody else. A Syncthing that listens on this machine only wants to be called 127.0.0.1 or localhost, as a protection against web pages that pretend to be it.',
		signature: "Syncthing's API at http://hub:8384 refuses to be called by that name: use 127.0.0.1",
		check: 'syncthing',
		confirm: 'Its certificate is looked at before the key is sent, and its answer afterwards.',
		fixes: names => [
			onHub(names, `Set url to 127.0.0.1 with its port ${configured(names)}, or leave it out and name its home`),
			onHub(names, `Where its certificate is new, and you know why: set fingerprint ${configured(names)}`, undefined, {
				note: 'Take it from https-cert.pem in its home, not from what answers.',
			}),
		],
		isRetryable: false,
	},
	syncthingFolder,
	syncthingDevice,
	{
		cause: 'ST_LOCAL',
		scenario: 'K',
		title: 'Files were changed on the hub',
		plain(names) {
			const {changes = [], changeCount = changes.length} = syncthingOf(names);
			const what = changeCount === 0 ? 'some items' : countOf(changeCount, 'item');
			const list = changes.slice(0, named).map(({path}) => clean(path));
			const which = list.length === 0 ? '' : ` (${list.join(', ')}${changeCount > list.length ? ', …' : ''})`;
			return `Something on this hub changed ${what}${which} of ${folderOf(names)}, which only receives.`;
		},
		why: "The spoke does not get such changes, and Syncthing no longer counts the folder as its equal. The earlier bytes of every session are among the hub's kept versions, whoever changed the file.",
		signature: "2 items of folder 'laptop-sessions' were changed on this hub, where it only receives",
		check: 'st-local',
		confirm: 'The changed items are listed by the API.',
		fixes(names) {
			const {changes = [], changeCount = changes.length, folder} = syncthingOf(names);
			const pause = folderChangeOf(names, id => ({kind: 'pause-folder', folder: id}));
			const first = changes.find(({isDeleted, isFolder}) => !isDeleted && !isFolder);
			return [
				onHub(
					names,
					'Find out who writes there, and move what is to be kept out of the folder',
					first && ['mv', '-n', {hub: `${names.hub.folder}/${first.path}`}, {raw: '~/'}],
				),
				onHub(
					names,
					'Pause the folder while you look',
					folder === undefined ? undefined : cliWords(names, 'config', 'folders', folder, 'paused', 'set', 'true'),
					{action: pause, note: 'Then nothing arrives over what was changed.'},
				),
				...(changes.length === 0
					? []
					: [
							onHub(names, `Or undo it all with Revert Local Changes, by hand in ${pageOf(names)}`, undefined, {
								note: `This program never does that. It ${reverted(changes, changeCount)}.`,
							}),
						]),
			];
		},
		isRetryable: false,
	},
];
