import {clean} from '../text/clean.js';
import {type Line, piece} from './pieces.js';
import {draftOf, type ReachStep} from './ui-wizard.js';
import {choicesOf, deviceOf, textIn} from './wizard-draft.js';
import {hostLines, labelled, say} from './wizard-lines.js';
import {isReached} from './wizard-reach.js';
import type {WizardSight} from './wizard-sight.js';

/** What there is to say about the way to the spoke's Syncthing. */
export function reachLines(sight: WizardSight, step: ReachStep): Line[] {
	if (step === 'key') {
		return [
			say("A file on this hub with the API key of the spoke's Syncthing, which shows it under Actions, Settings."),
			say('Only the name of the file is typed here: the key itself is never shown and never logged.'),
		];
	}

	if (step === 'certificate') {
		return [
			say('SHA-256 of its https certificate: 64 hexadecimal digits. Empty: one that this system trusts.'),
			labelled('Command', 'openssl x509 -noout -fingerprint -sha256 -in https-cert.pem'),
			say("On the spoke, in the folder of its Syncthing's config.xml."),
		];
	}

	return [
		say("How this hub reaches the spoke's Syncthing, to make the spoke's part as well. It is shown, and asked, first."),
		labelled('Empty', "not at all: you make the spoke's part, and are told how"),
		labelled('ssh', "[user@]host: a login that may run commands; Syncthing's own command line does the rest"),
		...hostLines(sight),
		labelled('REST', 'http://laptop.lan:8384: the address of its API; its key is read from a file'),
	];
}

/** What there is to say about the device of the spoke. */
export function deviceLines({facts, ui, keys, state}: WizardSight): Line[] {
	const {syncthing} = facts;
	if (!syncthing) return [say("asking this hub's Syncthing…")];
	if (syncthing.failure !== undefined) {
		return [
			[piece(clean(syncthing.failure), 'warn')],
			say('Start Syncthing on this machine, or name it under tui.syncthing in config.yaml.'),
		];
	}

	const chosen = deviceOf(draftOf(ui).sources.syncthing?.text ?? '');
	const offers = choicesOf(ui, facts).map((id): Line => {
		const knocking = syncthing.devices.find(device => device.id === id);
		const folder = syncthing.folders.find(({device}) => device === id);
		const name = knocking?.name ?? syncthing.known.get(id) ?? '';
		const what = folder ? `offers folder ${folder.label || folder.id}` : knocking ? 'is knocking' : 'is known';
		const role = id === chosen ? 'strong' : undefined;
		return [
			piece(`  ${clean(name === '' ? id.slice(0, 7) : name)} ${clean(what)}`, role),
			piece(`  ${id.slice(0, 7)}…${knocking ? ` at ${clean(knocking.address)}` : ''}`, 'faint'),
		];
	});
	const pick = [piece('Pick'), piece(keys.choose === undefined ? '' : `  (${keys.choose} goes through them)`, 'faint')];
	const format = labelled('Format', "the id of the spoke's Syncthing: eight groups of seven characters");
	if (isReached(draftOf(ui))) {
		return [format, say('Empty: it is read there.'), ...(offers.length === 0 ? [] : [pick, ...offers])];
	}

	const name = ui.edits ?? textIn(ui, 'name', facts, state.config);
	return [
		format,
		...(offers.length === 0
			? [say('Nobody knocks yet. On the spoke add this hub as a device; its id is below.')]
			: [pick, ...offers]),
		[],
		labelled('This hub', syncthing.id),
		...syncthing.qr.map(row => [piece(row)]),
		labelled('Spoke', 'in its Syncthing: Add Remote Device with that id, then share a folder with it:'),
		labelled('', `path ~/.pi/agent/sessions, type Send Only, id pi-sessions-${clean(name === '' ? 'NAME' : name)}`),
		labelled('', 'The last step says the very commands.'),
	];
}
