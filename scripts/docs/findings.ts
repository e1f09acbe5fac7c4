import {fileURLToPath} from 'node:url';
import {explanations} from '../../source/sync/verify/explain.js';
import {findingKinds, type Severity} from '../../source/sync/verify/types.js';

/** The page that is made from the table of findings. */
export const findingsFile = fileURLToPath(new URL('../../docs/findings.md', import.meta.url));

const severities: ReadonlyArray<readonly [Severity, string]> = [
	['damage', 'Damage: bytes the hub answered for are not what they were'],
	['look', 'Look: a person should decide, or should know'],
	['info', 'Info: nothing has to be done'],
];

/** docs/findings.md as the table of findings has it. */
export function findingsPage(): string {
	return `<!-- Made by \`node --import tsx scripts/docs.ts\` from source/sync/verify/explain.ts; edit that instead. -->

# What a verify finds

The words in the first column are those of \`sync verify\` and of its JSON. [trust.md](trust.md) says how it knows.

The severity is what a finding has unless the verify knows better. Damage whose true bytes are in another file of the hub
is a look: nothing is lost. A change by somebody else is damage where the bytes that were taken are nowhere on the hub any
more. What a person has released is an info until the spoke changes again.

${severities.map(([severity, title]) => section(severity, title)).join('\n')}`;
}

function section(severity: Severity, title: string): string {
	const rows = findingKinds
		.map(kind => ({kind, ...explanations[kind]}))
		.filter(one => one.severity === severity)
		.map(one => `| \`${one.kind}\` | ${one.title} | ${one.means} | ${one.todo} |`);
	return `## ${title}\n\n| kind | is | means | what to do |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}
