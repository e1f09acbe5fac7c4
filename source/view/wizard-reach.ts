import {hubPath, ValueError} from '../sync/config/paths.js';
import {parseSource} from '../sync/config/source.js';
import type {ReachStep, WizardDraft, WizardStep} from './ui-wizard.js';

/** How the spoke's Syncthing is reached, as the flags of `spoke add` say it; empty: not at all. */
export interface ReachWish {
	/** A login that may run commands there. */
	readonly ssh?: string;
	/** Address of its REST API. */
	readonly spokeUrl?: string;
	/** A file on the hub that holds its key. */
	readonly spokeKeyFile?: string;
	/** SHA-256 of its https certificate; undefined: one the system trusts. */
	readonly spokeFingerprint?: string;
}

/** Whether a step is about the way to the spoke's Syncthing. */
export function isReachStep(step: WizardStep): step is ReachStep {
	return step === 'reach' || step === 'key' || step === 'certificate';
}

/** The steps that the way which is filled in takes; none where the method is another one. */
export function reachSteps(draft: WizardDraft): readonly ReachStep[] {
	if (draft.method !== 'syncthing') return [];
	const place = textOf(draft, 'reach');
	if (!isAddress(place)) return ['reach'];
	return /^https:/.test(place) ? ['reach', 'key', 'certificate'] : ['reach', 'key'];
}

/** The way that is filled in. */
export function reachOf(draft: WizardDraft): ReachWish {
	const place = textOf(draft, 'reach');
	if (draft.method !== 'syncthing' || place === '') return {};
	if (!isAddress(place)) return {ssh: place};
	const certificate = textOf(draft, 'certificate');
	const hasCertificate = certificate !== '' && reachSteps(draft).includes('certificate');
	return {
		...{spokeUrl: place, spokeKeyFile: textOf(draft, 'key')},
		...(hasCertificate ? {spokeFingerprint: certificate} : {}),
	};
}

/** Whether the spoke's Syncthing is going to be reached. */
export function isReached(draft: WizardDraft): boolean {
	return Object.keys(reachOf(draft)).length > 0;
}

/** The host of the way that is filled in, for a name; empty: none is. */
export function reachHost(draft: WizardDraft): string {
	const {ssh = '', spokeUrl = ''} = reachOf(draft);
	return /^(?:https?:\/\/)?(?:[^@]*@)?\[?([^:/\]]+)/.exec(ssh + spokeUrl)?.[1] ?? '';
}

/**
 * What is wrong with one of these steps. A key that was put where its file belongs is not repeated.
 * @param text without white space around it
 * @returns undefined: nothing is
 */
export function reachProblem(step: ReachStep, text: string, home: string): string | undefined {
	if (step === 'key') {
		if (text === '') return 'which file on this hub holds the API key? one line, nothing else';
		return isUsable(() => hubPath(text, home)) ? undefined : 'the name of a file that begins with / or ~/, not the key';
	}

	if (text === '') return undefined;
	if (step === 'certificate') {
		const isHash = /^(?:[\da-f]{2}[: ]?){31}[\da-f]{2}$/i.test(text);
		return isHash ? undefined : 'the SHA-256 of a certificate has 64 hexadecimal digits';
	}

	if (isAddress(text)) {
		return /^https?:\/\/[^\s/?#@]+\/?$/.test(text) ? undefined : 'an address is like http://laptop.lan:8384';
	}

	const isLogin = /^(?:[^@\s/:]+@)?(?:\[[^\]]+\]|[^@\s/:]+)$/.test(text);
	if (isLogin && isUsable(() => parseSource(`${text}:./`, home))) return undefined;
	return '[user@]host, or an address like http://laptop.lan:8384';
}

function textOf({texts}: WizardDraft, step: ReachStep): string {
	return texts[step]?.text.trim() ?? '';
}

function isAddress(text: string): boolean {
	return /^[a-z][a-z\d+.-]*:\/\//i.test(text);
}

function isUsable(read: () => unknown): boolean {
	try {
		read();
		return true;
	} catch (error) {
		if (error instanceof ValueError) return false;
		throw error;
	}
}
