import type {SpokeConfig} from '../../config/types.js';
import {sshSource} from '../../ssh/argv.js';

/** Where rsync is found on systems whose non-interactive PATH does not name it. */
const usualFolders = ['/opt/homebrew/bin', '/usr/local/bin', '/usr/bin', '/opt/local/bin', '/opt/bin'];

/**
 * A script for any POSIX shell that reads everything a diagnosis wants to know of a spoke in one round trip, and writes
 * nothing: lines of `key=value` between two markers, so that nothing else a login prints can be taken for an answer.
 * @param nonce letters and digits, in both markers
 */
export function spokeScript(spoke: SpokeConfig, nonce: string): string {
	return `LC_ALL=C; export LC_ALL
printf '\\n%s\\n' '===PIB_START_${nonce}==='
say() { printf '%s=%s\\n' "$1" "$2"; }
say now "$(date +%s)"
say uname "$(uname -sr 2>/dev/null)"
say user "$(id -un 2>/dev/null)"
say home "$HOME"
rsync=${program(spoke.rsyncPath)}
found=$(command -v "$rsync" 2>/dev/null)
say rsync "$found"
[ -n "$found" ] && "$found" --version 2>/dev/null | head -n 2 | while IFS= read -r line; do say version "$line"; done
for folder in ${usualFolders.join(' ')}; do [ -x "$folder/rsync" ] && say elsewhere "$folder/rsync"; done
root=${folder(sshSource(spoke).path)}
agent=\${PI_CODING_AGENT_DIR:-$HOME/.pi/agent}
pi=\${PI_CODING_AGENT_SESSION_DIR:-}
[ -z "$pi" ] && pi=$(sed -n 's/.*"sessionDir"[[:space:]]*:[[:space:]]*"\\([^"]*\\)".*/\\1/p' "$agent/settings.json" 2>/dev/null | head -n 1)
[ -z "$pi" ] && [ -n "\${PI_CODING_AGENT_DIR:-}" ] && pi=$agent/sessions
[ -n "$pi" ] && say pi_named "$pi"
[ -z "$pi" ] && pi=$agent/sessions
case $pi in '~/'*) pi=$HOME/\${pi#??};; esac
if [ -d "$pi" ]; then say pi_root "$(cd "$pi" 2>/dev/null && pwd -P)"; fi
grep -hs 'PI_CODING_AGENT_\\(SESSION_\\)*DIR' "$HOME/.profile" "$HOME/.bash_profile" "$HOME/.bashrc" "$HOME/.zshenv" "$HOME/.zprofile" "$HOME/.zshrc" "$HOME/.config/fish/config.fish" 2>/dev/null | head -n 5 | while IFS= read -r line; do say startup "$line"; done
if [ -d "$root" ]; then
say root "$(cd "$root" 2>/dev/null && pwd -P)"
say listing "$(ls -ldL "$root" 2>/dev/null)"
if [ -r "$root" ] && [ -x "$root" ]; then say access yes; else say access no; fi
limit=
command -v timeout >/dev/null 2>&1 && limit='timeout 10'
if find / -prune -printf '' 2>/dev/null; then
$limit find -H "$root" -type f -name '*.jsonl' -printf '%s %T@\\n' 2>/dev/null
else
case $(uname -s) in Linux) form='-c %s\\ %Y';; *) form='-f %z\\ %m';; esac
eval "$limit find -H \\"\\$root\\" -type f -name '*.jsonl' -exec stat $form {} +" 2>/dev/null
fi | awk '{n++; b+=$1; if ($2+0 > t) t=$2+0; if ($1+0 > m) m=$1+0} END {printf "count=%d\\nbytes=%.0f\\nnewest=%.0f\\nlargest=%.0f\\n", n, b, t, m}'
set -- "$root"/*/
[ -d "$1" ] && say projects $#
$limit find -H "$root" -type f -name '*.jsonl' ! -readable 2>/dev/null | head -n 3 | while IFS= read -r line; do say unreadable "$line"; done
$limit find -H "$root" -type d 2>&1 >/dev/null | head -n 3 | while IFS= read -r line; do say unreadable "$line"; done
disk=$root
elif [ -e "$root" ]; then
say root_is "$(ls -ld "$root" 2>/dev/null)"
disk=$HOME
else
near=$root
while [ ! -e "$near" ]; do next=$(dirname "$near"); [ "$next" = "$near" ] && break; near=$next; done
say nearest "$near"
[ -x "$near" ] || say blocked "$(ls -ld "$near" 2>/dev/null)"
disk=$HOME
fi
say df "$(df -Pk "$disk" 2>/dev/null | tail -n 1)"
say dfi "$(df -Pi "$disk" 2>/dev/null | tail -n 1)"
printf '%s\\n' '===PIB_END_${nonce}==='
exit 0
`;
}

/** A word for a POSIX shell that stands for itself. */
function quoted(text: string): string {
	return `'${text.replaceAll("'", `'\\''`)}'`;
}

/** As rsync reads it on the spoke: relative to the home, where every login starts. */
function folder(path: string): string {
	return quoted(path === '~' ? '.' : path.replace(/^~\//, './'));
}

/** A leading `~/` is the shell's to expand, as it is where rsync starts it. */
function program(path: string | undefined): string {
	if (path === undefined) return 'rsync';
	return path.startsWith('~/') ? `"$HOME"/${quoted(path.slice(2))}` : quoted(path);
}
