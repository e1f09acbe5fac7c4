import type {CheckContext, Found} from '../context.js';

/** Whether the spoke's entry in config.yaml can be used, and what the file's own check has to say about it. */
export async function checkConfig({hub, spoke, config}: CheckContext): Promise<Found> {
	const {problems} = hub.state;
	const place = spoke.line === undefined ? config.file : `${config.file}:${spoke.line}`;
	const own = problems.filter(problem => problem.spoke === spoke.name);
	const evidence = own.map(({severity, file, line, column, message}) => {
		const where = line === undefined ? file : `${file}:${line}${column === undefined ? '' : `:${column}`}`;
		return `${where}: ${severity}: ${message}`;
	});
	const undriven = hub.spoke(spoke.name)?.undriven;
	if (spoke.invalid !== undefined) {
		const facts = {place, complaint: spoke.invalid};
		return {status: 'fail', summary: spoke.invalid, cause: 'CONFIG_INVALID', evidence, facts};
	}

	if (undriven !== undefined && spoke.method === 'rsync') {
		return {status: 'fail', summary: undriven, cause: 'CONFIG_INVALID', evidence, facts: {place, complaint: undriven}};
	}

	if (!spoke.enabled) {
		return {status: 'warn', summary: 'disabled: synced only when it is named', evidence: [place, ...evidence]};
	}

	if (undriven !== undefined) return {status: 'warn', summary: `${undriven} (${spoke.method})`, evidence};
	const complaints = own.filter(({severity}) => severity !== 'info');
	const [first] = complaints;
	if (first) {
		const rest = complaints.length === 1 ? '' : ` (and ${complaints.length - 1} more)`;
		return {status: 'warn', summary: `${first.message}${rest}`, evidence};
	}

	return {status: 'pass', summary: `the entry is valid${spoke.line === undefined ? '' : ` (line ${spoke.line})`}`};
}
