import type {Picture, Run} from '../../test/lab/cells.js';

/**
 * What differs from one machine and minute to the next, and what stands there instead. A replacement that is shorter
 * leaves blanks behind its sentence, so that every column stays where it is.
 */
const replacements: ReadonlyArray<readonly [RegExp, string]> = [
	[/\/tmp\/pbl-\w{1,6}/g, '/home/will'],
	[/\b127\.\d+\.\d+\.\d+\b/g, '10.0.0.7'],
	[/\broot@/g, 'will@'],
	[/\bport \d{4,5}\b/g, 'port 22'],
	[/\bpid \d+\b/g, 'pid 4711'],
	[/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) [ \d]\d \w{3} \d\d:\d\d\b/g, 'Sat 21 Nov 14:02'],
	[/\b\d\d:\d\d:\d\d\b/g, '14:02:31'],
	[/(?<![:\d])\d\d:\d\d\b(?!:)/g, '14:02'],
	[/\b20\d\d-\d\d-\d\d(?!T)\b/g, '2026-11-21'],
	[/[\d.]+ [A-Z]?B free of [\d.]+ [A-Z]?B \(\d+ %\)/g, '77 GB free of 512 GB (15 %)'],
];

/** The same screen for everybody who makes it. */
export function steady(picture: Picture): Picture {
	return {...picture, rows: picture.rows.map(runs => runs.map(steadyRun))};
}

/** The text of a screen, a line per row. */
export function textOf({rows}: Picture): string {
	return `${rows
		.map(runs =>
			runs
				.map(({text}) => text)
				.join('')
				.trimEnd(),
		)
		.join('\n')}\n`;
}

function steadyRun(run: Run): Run {
	return {...run, text: replacements.reduce((text, [pattern, instead]) => replaced(text, pattern, instead), run.text)};
}

function replaced(text: string, pattern: RegExp, instead: string): string {
	// From the last to the first, so that those before it are still where they were found.
	for (const {0: found, index} of [...text.matchAll(pattern)].reverse()) {
		const rest = text.slice(index + found.length);
		const end = / {2}| ╎|$/.exec(rest)!.index;
		const short = instead.slice(0, found.length);
		const blanks = ' '.repeat(found.length - short.length);
		text = text.slice(0, index) + short + rest.slice(0, end) + blanks + rest.slice(end);
	}

	return text;
}
