import type {Failure} from '../sync/causes.js';
import type {SourceFound} from '../sync/services/source-look.js';
import {clean} from '../text/clean.js';
import {countOf, formatBytes} from '../text/format.js';
import type {WizardLine} from './wizard-sight.js';

/**
 * What a look at a source came to, for people.
 * @param isRemote the source is another machine's
 */
export function lookLines(found: SourceFound | {readonly failure: Failure}, isRemote: boolean): WizardLine[] {
	if ('failure' in found) return failureLines(found.failure, isRemote);
	const {sessions, piRoot, hasRsync} = found;
	const lines: WizardLine[] = [];
	if (sessions) {
		const {count, bytes, projects} = sessions;
		const where = projects === undefined ? '' : `${countOf(projects, 'project')}, `;
		lines.push({text: `${where}${countOf(count, 'session')}, ${formatBytes(bytes)}`, tone: 'ok'});
	} else {
		lines.push({text: 'there is no such folder', tone: 'warn'});
	}

	if (piRoot !== undefined) {
		lines.push({text: `pi keeps its sessions in ${clean(piRoot)} there: name that folder instead`, tone: 'warn'});
	} else if (isRemote) {
		lines.push({text: '(PI_CODING_AGENT_DIR and settings.json were looked at too)', tone: undefined});
	}

	if (hasRsync === false) {
		lines.push({text: 'no rsync was found there: install it, or name it as rsync_path in config.yaml', tone: 'warn'});
	}

	return lines;
}

function failureLines({cause, message}: Failure, isRemote: boolean): WizardLine[] {
	const said = {text: `${clean(message)} [${cause}]`, tone: 'warn'} as const;
	const why = isRemote ? hints[cause] : undefined;
	return [said, ...(why === undefined ? [] : [{text: why}])];
}

/** What stands in the way of a look, and not of the check. */
const hints: Readonly<Partial<Record<Failure['cause'], string>>> = {
	HOSTKEY_UNKNOWN: 'nothing is wrong yet: the check shows its fingerprint and asks',
	FORCED_RRSYNC: 'nothing is wrong: this key can only fetch sessions, so nothing else can be looked at',
};
