/** Where the script lives on a spoke. The end of its name is what its refusals are recognised by, as rrsync's own are. */
export const wrapperPath = '~/.ssh/pi-brain-rrsync';

/**
 * A forced command for spokes without rrsync (macOS, old systems): POSIX sh, nothing but rsync needed. It splits the
 * request into words, compares each with what a pull may say, and execs rsync itself; no word ever reaches a shell.
 * Allowed is what the hub's pulls, listings, dry runs and checksum runs send (measured with rsync 3.2.7 and 3.5.0):
 * `-[cdnrtvz]…e.CAPABILITIES`, `--timeout`, `--bwlimit`, `--list-only`, and `./` as the only path.
 */
export const wrapperScript = String.raw`#!/bin/sh
# pi-brain-rrsync: lets an ssh key pull one folder with rsync, and do nothing else.
# In ~/.ssh/authorized_keys:
#   restrict,command="~/.ssh/pi-brain-rrsync FOLDER [RSYNC]" ssh-ed25519 AAAA...
# The request is compared word by word with what a pull may say. It is never given to a shell.
set -fu
umask 077
LC_ALL=C
export LC_ALL
unset CDPATH

refuse() {
	printf '%s error: %s\n' pi-brain-rrsync "$1" >&2
	exit 1
}

number() {
	case $1 in
	'' | *[!0-9]*) refuse 'an option that is no number where one belongs' ;;
	esac
}

# Short options stand in one word; behind "e." only letters that say what the other side can do.
short() {
	case $1 in
	*e.*)
		letters=${'$'}{1%%e.*}
		abilities=${'$'}{1#*e.}
		;;
	*)
		letters=$1
		abilities=
		;;
	esac
	case $letters in
	'' | *[!cdnrtvz]*) refuse 'an option that no pull needs' ;;
	esac
	case $abilities in
	*[!A-Za-z0-9]*) refuse 'an option that no pull needs' ;;
	esac
}

check() {
	while [ "$#" -gt 2 ]; do
		case $1 in
		--timeout=*) number "${'$'}{1#*=}" ;;
		--bwlimit=*) number "${'$'}{1#*=}" ;;
		--list-only) ;;
		-*) short "${'$'}{1#-}" ;;
		*) refuse 'more than one path' ;;
		esac
		shift
	done
	[ "$1" = . ] || refuse 'not a pull'
	case $2 in
	. | ./) ;;
	*) refuse 'the only path is ./' ;;
	esac
}

if [ "$#" -lt 1 ] || [ "$#" -gt 2 ]; then
	refuse 'authorized_keys must say: pi-brain-rrsync FOLDER [RSYNC]'
fi
folder=$1
program=${'$'}{2:-rsync}
request=${'$'}{SSH_ORIGINAL_COMMAND-}
case $request in
*[!A-Za-z0-9\ ./=_-]*) refuse 'SSH_ORIGINAL_COMMAND holds characters that no pull needs' ;;
esac

IFS=' '
# Words only: file names are not expanded (set -f), and no quotes or expansions are left in it.
set -- $request
case ${'$'}{1-} in
rsync | */rsync) ;;
*) refuse 'SSH_ORIGINAL_COMMAND does not run rsync' ;;
esac
[ "${'$'}{2-}" = --server ] || refuse 'not a pull'
[ "${'$'}{3-}" = --sender ] || refuse 'writing is not allowed'
[ "$#" -ge 5 ] || refuse 'not a pull'
shift 3
check "$@"

if ! cd -- "$folder" 2>/dev/null; then
	printf 'rsync: [sender] change_dir "%s" failed: No such file or directory (2)\n' "$folder" >&2
	exit 23
fi
PATH=$PATH:/opt/homebrew/bin:/usr/local/bin
export PATH
if ! command -v "$program" >/dev/null 2>&1; then
	printf '%s: rsync: not found\n' pi-brain-rrsync >&2
	exit 127
fi
exec "$program" --server --sender "$@"
`;
