import type {Place} from './document.js';
import type {Report} from './problems.js';

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reports what pi-brain's own loader (as of February 2026) would refuse, ignore or not do. One bad spoke makes it
 * refuse the whole file, so somebody who runs both programs wants to know.
 * @param root the whole file as plain values
 */
export function piBrainRefusals(root: Fields, report: Report): void {
	const seen = new Set<unknown>();
	const spokes = Array.isArray(root.spokes) ? (root.spokes as unknown[]) : [];
	for (const [index, value] of spokes.entries()) {
		const spoke = (typeof value === 'object' && value !== null ? value : {}) as Fields;
		const name = typeof spoke.name === 'string' ? spoke.name : undefined;
		const about = {where: `spokes[${index}]${name === undefined ? '' : ` "${name}"`}`, spoke: name};
		const refuse = (place: Place, why: string) =>
			report.add('warning', ['spokes', index, ...place], `pi-brain itself would refuse this file: ${why}`, about);
		refusals(spoke, refuse);
		if (name !== undefined && seen.has(name)) refuse(['name'], `name "${name}" is used twice`);
		seen.add(name);
		const tell = (place: Place, what: string) => report.add('info', ['spokes', index, ...place], what, about);
		if (isGiven(spoke.schedule)) {
			tell(['schedule'], 'pi-brain itself never runs schedule; `sync watch` and the dashboard do');
		}

		if (Array.isArray(spoke.rsync_options)) {
			tell(
				['rsync_options'],
				'pi-brain itself silently ignores rsync_options written as a list; its own form is a map',
			);
		}
	}

	const runbook = (root.sync as Fields | null | undefined)?.spokes;
	if (Array.isArray(runbook) && runbook.length > 0) {
		report.add('info', ['sync', 'spokes'], 'pi-brain itself never reads sync.spokes; its own list is spokes', {
			where: 'sync.spokes',
			spoke: undefined,
		});
	}
}

function refusals(spoke: Fields, refuse: (place: Place, why: string) => void): void {
	const method = spoke.sync_method;
	for (const key of ['name', 'sync_method', 'path']) {
		if (!isGiven(spoke[key])) refuse([], `${key} is missing`);
	}

	if (method === 'api') refuse(['sync_method'], 'it knows sync_method api by name only');
	else if (isGiven(method) && method !== 'rsync' && method !== 'syncthing') {
		refuse(['sync_method'], `it knows syncthing, rsync and api only, not ${JSON.stringify(method)}`);
	}

	if (method === 'rsync' && !isGiven(spoke.source)) refuse([], 'source is needed for rsync');
	if (method === 'syncthing') {
		for (const key of ['schedule', 'rsync_options']) {
			if (isGiven(spoke[key])) refuse([key], `${key} is not allowed with syncthing`);
		}
	}

	if (method === 'rsync' && typeof spoke.schedule === 'string' && spoke.schedule.trim().split(/\s+/).length !== 5) {
		refuse(['schedule'], 'schedule must have 5 fields');
	}

	const extra = (spoke.rsync_options as Fields | null | undefined)?.extra_args;
	if (!Array.isArray(extra)) return;
	for (const [index, argument] of extra.entries()) {
		if (typeof argument === 'string' && /^(?:-e$|--rsh)/.test(argument)) {
			refuse(['rsync_options', 'extra_args', index], 'extra_args may not hold --rsh or -e');
		}
	}
}

function isGiven(value: unknown): boolean {
	return value !== undefined && value !== null;
}
