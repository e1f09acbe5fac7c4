/** What the runbook says before its scenarios. */
export const foreword = `# Runbook: session sync failures

What to do when sessions of a spoke do not arrive. Everything here is also in the program: it names the cause by
itself, with your own names in the commands.

\`\`\`console
$ pi-brain-tui sync diagnose laptop
\`\`\`

Commands on this page use the names of an example: the spoke \`laptop\`, reached as \`will@laptop.local\` on port 2222 with
the key \`~/.ssh/pi-brain-sync\`. "Hub" and "spoke" after a step say on which machine it is done. The dashboard runs some of
the steps on the hub when you agree to what it shows; nothing is run on a spoke, and nothing with sudo.

## Symptoms

- Sessions of a spoke do not appear, or its newest session is old.
- \`pi-brain-tui sync status\` shows a state other than \`ok\`, \`syncing\`, \`due\` or \`disabled\`, or counts errors.
- A row says \`late\`: no contact for longer than \`stale_after\`, two hours unless told.

## Diagnosis

**1. Look at the status.** The line below the table names the cause in brackets, such as \`[AUTH_DENIED]\`, and what to try
first.

\`\`\`console
$ pi-brain-tui sync status
\`\`\`

**2. Let it be diagnosed.** The checks run in the order in which things depend on each other: config entry, tools, folder
and disk of the hub, ssh configuration, name, TCP connection, host key, login, the spoke itself, a dry run of rsync, who
else writes there, and who runs the schedule. Of a spoke that Syncthing fills: whether its Syncthing is found, answers and
takes the key, the folder, its state, the device, settings, local changes, conflict copies, the ledger, and a scan. What
fails first is the cause; what depends on it is skipped. Nothing is changed by it.

\`\`\`console
$ pi-brain-tui sync diagnose laptop
\`\`\`

**3. By hand**, if you want to see it yourself. \`BatchMode\` is what makes it the same as a scheduled run: nothing is asked.

\`\`\`console
$ ssh -o BatchMode=yes -p 2222 will@laptop.local true
$ pi-brain-tui sync run laptop --dry-run
\`\`\`

Then look up the cause below.
`;

/** What it says behind them. */
export const afterword = `## Syncing by hand

\`\`\`console
$ pi-brain-tui sync run laptop    # this spoke, now
$ pi-brain-tui sync run --all     # every enabled spoke
\`\`\`

After failures the schedule waits longer and longer (logins and host keys: hours). A sync by hand does not wait, and
when it ends well the waiting is over.

## Configuration

Both ways of writing a spoke in \`~/.pi-brain/config.yaml\` are understood ([configuration.md](configuration.md)):

\`\`\`yaml
spokes:
  - name: laptop
    sync_method: rsync
    source: will@laptop.local:~/.pi/agent/sessions
    port: 2222
    ssh_key: ~/.ssh/pi-brain-sync

sync:
  spokes:
    - name: desktop
      host: 192.168.1.50
      user: will
      session_dir: ~/.pi/agent/sessions
\`\`\`

\`\`\`console
$ pi-brain-tui config check
\`\`\`

## Verification

\`\`\`console
$ pi-brain-tui sync run laptop
$ pi-brain-tui sync status
$ ls -la ~/.pi-brain/synced/laptop
\`\`\`

It is repaired when the row says \`ok\`, \`SYNCED\` is a moment ago, and \`NEWEST\` is the age of the last thing you did in pi on
that machine. The dashboard shows the same at the end of a diagnosis that found nothing wrong.
`;

/** What earlier guides say, and why this one does not. */
export const corrections: ReadonlyArray<readonly [claim: string, truth: string]> = [
	[
		'"Host key verification failed: ssh-keygen -R the host and reconnect."',
		'That believes whoever answers, in the one moment in which somebody else may be answering. Compare the fingerprints at the spoke first; then replace the one line, in the file and for the name that ssh itself names (`[host]:port` where the port is not 22).',
	],
	[
		'"Check DNS with nslookup."',
		'nslookup asks DNS alone. ssh also uses the hosts file, mDNS (names in .local) and whatever else the system is set up for, so the two often disagree. Use `getent hosts NAME` (macOS: `dscacheutil -q host -a name NAME`).',
	],
	[
		'"Check the network with ping."',
		'Many machines and firewalls answer no ping while ssh works. Only a connection to the ssh port says something; a ping that is answered helps to tell a firewall from a machine that is asleep.',
	],
	[
		'"rsync -avz --delete."',
		"`--delete` makes the hub a mirror: a spoke folder that is emptied, moved or not mounted empties the hub's copy, with exit status 0. `-a` brings symbolic links along, and one that leads to any file of the spoke has replaced a session. It has no time limit either: a spoke that falls asleep leaves it hanging, and the next ones pile up behind it. `sync run` pulls into staging, deletes nothing and ends what stands still.",
	],
	[
		'"Restrict the key with a script that checks the command and evals it."',
		'A pattern before `eval` is no guard: `rsync --server; id; echo …` runs `id`, `$(…)` in a path runs, `..` reaches other folders, and without `--sender` rsync writes. Use `restrict,command="rrsync -ro FOLDER"`, which `pi-brain-tui spoke key NAME` prints. `no-pty` and the like leave port forwarding open; `restrict` does not.',
	],
	[
		'"Sessions are append-only."',
		'Mostly. pi rewrites a session in place when it brings it to a newer format, and deletes one on request; a full disk or a crash cuts one off. So the hub compares before it lets anything take the place of what it has, and keeps earlier versions.',
	],
	[
		'"The latest time stamp wins."',
		'It loses bytes by design: a session that was cut off is newer than the whole one. Here the longer of two versions stays when the one is the beginning of the other, and both are kept when neither is.',
	],
	[
		'"rsync\'s exit code tells the failure."',
		'The same failure ends with 12 or with 255, by chance. The text and the code together tell it, and a check of its own confirms it.',
	],
	[
		'"It works when I run it."',
		'cron has neither your ssh agent nor your PATH. Use a key without passphrase for this purpose alone, restricted on the spoke, and named in config.yaml.',
	],
];
