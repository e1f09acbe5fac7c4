import {readFile, writeFile} from 'node:fs/promises';
import {fileURLToPath} from 'node:url';
import {type BoundCommand, buildKeymap} from '../source/keymap.js';
import {categories, specOf} from '../source/keys/commands.js';
import {namedKeys} from '../source/keys/names.js';
import {commandLines} from '../source/view/command-line.js';
import {findingsFile, findingsPage} from './docs/findings.js';
import {runbookFile, runbookPage} from './docs/runbook.js';

/** The page that is made from the table of keys. */
export const keysFile = fileURLToPath(new URL('../docs/keys.md', import.meta.url));

/** docs/keys.md as the table of keys has it. */
export function keysPage(): string {
	const {all} = buildKeymap().keymap;
	return `<!-- Made by \`node --import tsx scripts/docs.ts\` from the table of keys; edit source/keys/commands.ts instead. -->

# Keys

\`?\` in the dashboard shows the keys of the view it is pressed in; the line at the foot names the most useful ones. A
key means the same everywhere, except where a row below says otherwise. In the main view a focused pane takes the keys
of the view it is a part of first: in the log pane \`f\` follows, as in the log.

${categories.map(category => section(category, all)).join('\n')}
With \`--read-only\` the commands marked † do nothing and are in no footer.

\`s\`, \`n\`, \`x\`, \`u\` and \`r\` act on the marked spokes, without marks on the selected one; in the detail on that spoke. A
disabled spoke is synced when it alone is meant; \`S\` and several marks leave it out. \`x\` and \`u\` list what they are about
to do and do it at \`y\` only.

## While something is typed

| key | does |
| --- | --- |
| \`enter\` | filter: keeps it; find: goes to the first match; command line: runs it; a name to be typed in full: does what was asked |
| \`esc\` | drops what was typed; filter and find are what they were before |
| \`left\` \`right\` \`home\` \`end\` \`ctrl-a\` \`ctrl-e\` | move the cursor |
| \`backspace\` \`delete\` \`ctrl-w\` \`ctrl-u\` \`ctrl-k\` | take away a character, a word, all before, all behind the cursor |
| \`up\` \`down\` | filter and find: move through the rows or lines; command line: earlier lines |
| \`tab\` \`shift-tab\` | command line: complete |

In the help every letter searches at once; \`esc\` drops the search, then closes it, and \`?\` closes it too. Text that is
pasted is typed where text is typed, and ignored elsewhere: none of it is taken for a key.

A filter finds text in name, state, method and source; \`!text\` finds rows without it, \`~state:late\` rows in that state.

## Command lines

| line | does |
| --- | --- |
${commandLines.map(({keys, title}) => row(keys.map(code).join(' '), title)).join('\n')}

They may also be spelled as in a shell: \`:sync run laptop --dry-run\`.

## Other keys

\`tui.keys\` in config.yaml replaces the keys of a command by its name, which stands in the tables above:

\`\`\`yaml
tui:
  keys:
    sync: ctrl-s
    down: [j, down, ctrl-n]
    sync-all: []          # no key at all
\`\`\`

Keys are single characters (\`G\` is not \`g\`; YAML wants quotes around signs such as \`'*'\`), \`ctrl-\` with a letter, and

${namedKeys.map(code).join(' ')}

A terminal sends the same byte for \`ctrl-i\` and \`tab\`, for \`ctrl-m\`, \`ctrl-j\` and \`enter\`, for \`ctrl-h\` and
\`backspace\`: they are the same key here.

- What is listed replaces all keys the command had.
- A key given to a command is taken from every other command of the same views; the dashboard says so when it starts.
- Where the file gives one key to two commands of a view, the one it names first has it.
- A command or a key that does not exist is reported and left out; the rest of the file works.
- \`ctrl-c\` always quits.
- Letters in the help, and the keys of questions (\`y\`, \`esc\`, those of the copy menu), cannot be changed.
`;
}

function section(category: string, all: readonly BoundCommand[]): string {
	const rows = all
		.filter(command => command.category === category)
		.map(({id, keys, title, views, isChanging}) =>
			row(keys.map(code).join(' '), `${title}${isChanging ? ' †' : ''}`, code(id), whereOf(views)),
		);
	return `## ${category}\n\n| key | does | command | where |\n| --- | --- | --- | --- |\n${rows.join('\n')}\n`;
}

function whereOf(views: readonly string[]): string {
	// Moving and leaving work wherever there is anything, the help included.
	const others = specOf('up').views.filter(view => view !== 'help');
	if (!others.every(view => views.includes(view))) return views.join(', ');
	return views.includes('help') ? 'everywhere, help' : 'everywhere';
}

function row(...cells: readonly string[]): string {
	return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

function code(text: string): string {
	return `\`${text}\``;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const pages = [
		{file: keysFile, page: keysPage(), name: 'docs/keys.md', origin: 'the table of keys'},
		{file: runbookFile, page: runbookPage(), name: 'docs/runbook.md', origin: 'the table of causes'},
		{file: findingsFile, page: findingsPage(), name: 'docs/findings.md', origin: 'the table of findings'},
	];
	for (const {file, page, name, origin} of pages) {
		if (!process.argv.includes('--check')) {
			await writeFile(file, page);
		} else if ((await readFile(file, 'utf8').catch(() => '')) !== page) {
			console.error(`${name} is not what ${origin} says: node --import tsx scripts/docs.ts`);
			process.exitCode = 1;
		}
	}
}
