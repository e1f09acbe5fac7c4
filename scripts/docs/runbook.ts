import {fileURLToPath} from 'node:url';
import type {Cause} from '../../source/sync/causes.js';
import {describedCauses, explainCause} from '../../source/sync/diagnosis/causes/index.js';
import type {CauseEntry} from '../../source/sync/diagnosis/causes/types.js';
import type {FixFacts, FixNames} from '../../source/sync/diagnosis/names.js';
import {type CheckId, type Fix, type Scenario, scenarios} from '../../source/sync/diagnosis/types.js';
import {faces, syncthingAdvice, syncthingNames} from './runbook-syncthing.js';
import {afterword, corrections, foreword} from './runbook-texts.js';

/** The page that is made from the table of causes. */
export const runbookFile = fileURLToPath(new URL('../../docs/runbook.md', import.meta.url));

const home = '/home/will';

/** Characters of a command that stands in its step's own line. */
const longestInline = 100;

/** The spoke of the example: `laptop`, reached as will@laptop.local on port 2222 with a key of its own. */
export const exampleNames: FixNames = {
	spoke: 'laptop',
	method: 'rsync',
	hub: {
		platform: 'linux',
		home,
		user: 'will',
		configFile: `${home}/.pi-brain/config.yaml`,
		configLine: 12,
		folder: `${home}/.pi-brain/synced/laptop`,
		program: ['pi-brain-tui'],
		scheduler: undefined,
	},
	ssh: {
		host: 'laptop.local',
		user: 'will',
		configPort: 2222,
		keyFile: `${home}/.ssh/pi-brain-sync`,
		configFile: undefined,
		knownHosts: undefined,
		rsyncPath: undefined,
		hostname: 'laptop.local',
		port: 2222,
		loginUser: 'will',
		hostKeyAlias: undefined,
		identityFiles: [{path: `${home}/.ssh/pi-brain-sync`, exists: undefined}],
		knownHostsFiles: [`${home}/.ssh/known_hosts`],
		isProxied: false,
		jump: undefined,
		root: '.pi/agent/sessions',
	},
	localSource: undefined,
	facts: {},
};

const present = {
	type: 'ssh-ed25519',
	fingerprint: 'SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8',
	line: '[laptop.local]:2222 ssh-ed25519 AAAA',
};
const known = {
	...present,
	fingerprint: 'SHA256:p2QAMXNIC1TJYWeIOttrVc98/R1BUFWu3/LiyKgUfQM',
	file: `${home}/.ssh/known_hosts`,
	lineNumber: 7,
	marker: undefined,
};

/** What a diagnosis would have found, where a text is poor without it. */
const exampleFacts: Readonly<Partial<Record<Cause, FixFacts>>> = {
	HOSTKEY_UNKNOWN: {presentKeys: [present]},
	HOSTKEY_CHANGED: {presentKeys: [present], knownKeys: [known]},
	HOSTKEY_REVOKED: {presentKeys: [present], knownKeys: [{...known, marker: 'revoked'}]},
};

const checkTitles: Readonly<Record<CheckId, string>> = {
	config: 'config entry',
	tools: 'tools on the hub',
	folder: 'hub folder',
	disk: 'hub disk',
	'ssh-config': 'ssh configuration',
	name: 'name resolution',
	ping: 'ping',
	tcp: 'TCP connection and greeting',
	'host-key': 'host key',
	login: 'ssh login',
	syncthing: 'Syncthing found and answering',
	'st-folder': "Syncthing's folder",
	'st-state': 'state of the folder',
	'st-device': 'device',
	'st-local': 'local changes',
	'st-settings': 'settings of the folder',
	source: 'source folder',
	spoke: 'round trip on the spoke',
	'dry-run': 'rsync dry run',
	conflicts: 'conflict copies',
	writers: 'other writers',
	schedule: 'schedule',
	rescan: 'rescan',
};

/** docs/runbook.md as the table of causes has it. */
export function runbookPage(): string {
	const letters = Object.keys(scenarios) as Scenario[];
	return [
		'<!-- Made by `node --import tsx scripts/docs.ts` from source/sync/diagnosis/causes; edit that instead. -->',
		'',
		foreword,
		overview(letters),
		...letters.map(section),
		syncthingAdvice,
		afterword,
		'## What this runbook corrects',
		'',
		"Earlier guides to pi-brain's sync, and many on the web, say some things that do harm or mislead:",
		'',
		...corrections.map(([claim, truth]) => `- **${claim}** ${truth}`),
		'',
	]
		.join('\n')
		.replaceAll(/\n{3,}/g, '\n\n');
}

function overview(letters: readonly Scenario[]): string {
	const rows = letters.map(letter => {
		const names = causesOf(letter).map(({cause}) => `[\`${cause}\`](#${cause.toLowerCase()})`);
		return `| ${letter} | ${scenarios[letter]} | ${names.join(' ')} |`;
	});
	return ['## Scenarios', '', '| | scenario | causes |', '| --- | --- | --- |', ...rows, ''].join('\n');
}

function section(letter: Scenario): string {
	return [`## Scenario ${letter}: ${scenarios[letter]}`, '', ...causesOf(letter).map(causeText)].join('\n');
}

function causesOf(letter: Scenario): readonly CauseEntry[] {
	return describedCauses().filter(({scenario}) => scenario === letter);
}

function causeText(entry: CauseEntry): string {
	const {cause, check, confirm} = entry;
	const names = {...exampleNames, facts: exampleFacts[cause] ?? {}};
	const example = cause.startsWith('ST_') ? syncthingNames(names) : names;
	const {title, plain, why, fixes, isRetryable} = explainCause(cause, example);
	const parts = faces[cause] ?? [];
	// Where it has faces, what to do depends on which one it is.
	const isTold = parts.length <= 1 && fixes.length > 0;
	return [
		`### ${cause}`,
		'',
		`**${title}.** ${plain}`,
		'',
		...looks(entry),
		`*Confirmed by* the check "${checkTitles[check]}": ${confirm}`,
		'',
		...(isTold ? ['*What to do*', '', ...fixes.flatMap(fixLines), ''] : []),
		...parts.flatMap(([trouble, heading]) => faceLines(heading, cause, syncthingNames(names, trouble))),
		`*Why.* ${why}${isRetryable ? ' It may also be over by itself at the next run.' : ''}`,
		'',
	].join('\n');
}

function faceLines(heading: string, cause: Cause, names: FixNames): string[] {
	const {plain, fixes} = explainCause(cause, names);
	return [`*${heading}.* ${plain}`, '', ...fixes.flatMap(fixLines), ''];
}

function looks({signature}: CauseEntry): string[] {
	if (typeof signature === 'string') return [`*How it looks.* ${signature}`, ''];
	const {program, stderr, exitCode} = signature;
	return [`*How it looks* (${program}, exit ${exitCode})`, '', ...fenced('text', stderr.split('\n')), ''];
}

function fixLines({title, command, where, note, action}: Fix, index: number): string[] {
	const place = where === 'hub' ? 'hub' : 'spoke';
	const runnable = action === undefined ? '' : '; the dashboard can run it';
	const head = `${index + 1}. ${title} (${place}${runnable})`;
	const further = note === undefined ? '' : ` ${note}`;
	if (command === undefined) return [`${head}.${further}`];
	// A backtick would end the code in a line, and a long command is easier to copy from a block.
	const isInline = command.length <= longestInline && !/[`\n]/.test(command);
	if (isInline) return [`${head}: \`${command}\`.${further}`];
	return [`${head}.${further}`, '', ...fenced('sh', [command]).map(line => `   ${line}`), ''];
}

function fenced(language: string, lines: readonly string[]): string[] {
	return [`\`\`\`${language}`, ...lines, '```'];
}
