import {configFile} from '../sync/config/file.js';
import {clean} from '../text/clean.js';
import {type Candidate, type Completion, complete, shells} from './complete.js';
import {UsageError} from './open-hub.js';
import type {Command} from './table-types.js';
import {type CommandIo, exit} from './types.js';

type Shell = (typeof shells)[number];

/**
 * `completion SHELL` prints a script for that shell. What the script asks at every tab is `completion SHELL -- WORD…`,
 * with the words behind the program's name up to the cursor: so the shell knows what this very version knows.
 * Where the configuration cannot be read no spoke is offered.
 * @throws UsageError for another shell
 */
export async function completion(
	io: CommandIo,
	[shell, ...words]: readonly string[],
	commands: readonly Command[],
): Promise<number> {
	const known = shells.find(name => name === shell);
	if (!known) {
		const what = shell ? `'${shell}' is not one of them` : 'none was named';
		throw new UsageError(`completion is for ${shells.join(', ')}; ${what}: pi-brain-tui completion bash`);
	}

	if (words.length === 0) {
		io.stdout.write(scripts[known]);
		return exit.ok;
	}

	const asked = known === 'bash' ? joined(words) : words;
	const found = await complete(asked, {commands, spokes: async file => spokesOf(io, file)});
	io.stdout.write(
		lines(found, known)
			.map(line => `${line}\n`)
			.join(''),
	);
	return exit.ok;
}

/** Spokes that can be named on a command line; none where the configuration cannot be read. */
async function spokesOf({env, home, hostname}: CommandIo, named: string | undefined): Promise<readonly Candidate[]> {
	const {loadConfig} = await import('../sync/config/load.js');
	const {config} = await loadConfig({file: configFile(named, env, home), home, hostname, env});
	return (config?.spokes ?? [])
		.filter(({name}) => /^[\w-]+$/.test(name))
		.map(({name, method, sourceText}) => ({word: name, title: clean([method, sourceText].filter(Boolean).join(' '))}));
}

/** Words as they are meant: bash takes `--spoke=lap` for three (COMP_WORDBREAKS), and leaves quotes as they were typed. */
function joined(words: readonly string[]): readonly string[] {
	const whole: string[] = [];
	for (const [index, word] of words.entries()) {
		const isPart = word === '=' || words[index - 1] === '=';
		const plain = index === words.length - 1 ? word : withoutQuotes(word);
		if (isPart && whole.length > 0) whole.push(`${whole.pop()}${plain}`);
		else whole.push(plain);
	}

	return whole;
}

function withoutQuotes(word: string): string {
	const quoted = /^(["'])(.*)\1$/s.exec(word);
	return quoted ? quoted[2]! : word.replaceAll(/\\(.)/gs, '$1');
}

/** What the scripts read: a word a line, or what the shell is to look for itself. */
function lines(found: Completion, shell: Shell): string[] {
	if (typeof found === 'string') return [`:${found}`];
	return found.map(({word, title}) => {
		if (shell === 'bash') return word;
		if (shell === 'fish') return title ? `${word}\t${title}` : word;
		return title ? `${word.replaceAll(':', '\\:')}:${title}` : word.replaceAll(':', '\\:');
	});
}

const scripts: Readonly<Record<Shell, string>> = {
	bash: `# pi-brain-tui for bash: eval "$(pi-brain-tui completion bash)"
_pi_brain_tui() {
	local program=pi-brain-tui line
	local -a words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
	# The second argument ends at the cursor and has no quotes; of --theme= it is empty.
	[[ \${COMP_WORDS[COMP_CWORD]} == = ]] || words[COMP_CWORD-1]=$2
	if [[ \${COMP_WORDS[0]} == */* ]]; then
		line=\${COMP_WORDS[0]}
		line=\${line/#\\~\\//$HOME/}
		[[ -x $line ]] && program=$line
	fi
	COMPREPLY=()
	while IFS= read -r line; do
		# Readline replaces what is behind an equals sign only, unless it was told otherwise.
		[[ $COMP_WORDBREAKS == *=* ]] && line=\${line#--*=}
		case "$line" in
			:files) compopt -o default 2>/dev/null ;;
			:folders) compopt -o dirnames 2>/dev/null ;;
			*=) compopt -o nospace 2>/dev/null; COMPREPLY+=("$line") ;;
			*) COMPREPLY+=("$line") ;;
		esac
	done < <("$program" completion bash -- "\${words[@]}" 2>/dev/null)
}
complete -F _pi_brain_tui pi-brain-tui
`,
	zsh: `#compdef pi-brain-tui
# pi-brain-tui for zsh: pi-brain-tui completion zsh > "\${fpath[1]}/_pi-brain-tui", or source it after compinit
_pi-brain-tui() {
	local program=\${(Q)words[1]/#\\~\\//$HOME/}
	local -a answers
	[[ $program == */* && -x $program ]] || program=pi-brain-tui
	answers=("\${(@f)$("$program" completion zsh -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
	[[ $answers[1] == :* && $PREFIX == --*=* ]] && compset -P '*='
	case $answers[1] in
		'') return 1 ;;
		:files) _files ;;
		:folders) _files -/ ;;
		*=) _describe -t words pi-brain-tui answers -S '' ;;
		*) _describe -t words pi-brain-tui answers ;;
	esac
}
if [[ $funcstack[1] == _pi-brain-tui ]]; then
	_pi-brain-tui "$@"
else
	compdef _pi-brain-tui pi-brain-tui
fi
`,
	fish: `# pi-brain-tui for fish: pi-brain-tui completion fish > ~/.config/fish/completions/pi-brain-tui.fish
function __pi_brain_tui
	set -l token (commandline -ct)
	set -l words (commandline -opc)
	set -l program pi-brain-tui
	set -l path (string replace -r -- '^~/' "$HOME/" "$words[1]")
	if string match -q '*/*' -- $path; and test -x $path
		set program $path
	end
	set -e words[1]
	for line in ($program completion fish -- $words "$token" 2>/dev/null)
		switch $line
			case :files
				# As for a command that nothing is known of: ~, blanks and all.
				set -l flag (string match -r -- '^--[^=]+=' "$token")
				set -l found (complete -C"__pi_brain_tui_path "(string replace -r -- '^--[^=]+=' '' "$token"))
				for one in $found
					echo "$flag$one"
				end
				test (count $found) -eq 0; and __fish_complete_path "$token"
			case :folders
				__fish_complete_directories "$token"
			case '*'
				echo $line
		end
	end
end
complete -c pi-brain-tui -f -a '(__pi_brain_tui)'
`,
};
