import {runAgain} from './shared-fixes.js';
import type {CauseEntry} from './types.js';
import {address, onHub, onSpoke} from './words.js';

/** The connection worked, and the transfer over it did not end well. */
export const transferCauses: readonly CauseEntry[] = [
	{
		cause: 'LINK_DROPPED',
		scenario: 'C',
		title: 'The connection broke off',
		plain: names => `The connection to ${address(names)} worked and then broke off.`,
		why: 'The spoke went to sleep, lost its network or ended the connection. Nothing is lost: the next run carries on where this one stopped.',
		signature: {program: 'ssh', stderr: 'Connection to laptop.local closed by remote host.', exitCode: 255},
		check: 'tcp',
		confirm: 'The spoke is asked once more: if it answers now, the interruption is over.',
		fixes: names => [
			runAgain(names, 'Sync again', 'It happens by itself at the next scheduled time, too.'),
			onSpoke('Keep the spoke awake while it is in use as a spoke, if this happens often'),
		],
		isRetryable: true,
	},
	{
		cause: 'STALLED',
		scenario: 'C',
		title: 'The transfer stood still',
		plain: () => 'The spoke accepted the connection, then nothing came for so long that the transfer was ended.',
		why: 'A machine that falls asleep in the middle of a transfer leaves the connection open. rsync does not notice that on a pull (its --timeout does not fire), so the hub ends what receives nothing. What had arrived stays in staging, and the next run carries on.',
		signature: 'The hub ends a program that received no byte for tui.ssh.stall_timeout (60 seconds unless told).',
		check: 'tcp',
		confirm:
			'The spoke is asked again: no answer means that it fell asleep, an answer that the line is slow or its disk busy.',
		fixes: names => [
			runAgain(
				names,
				'Sync again, with the spoke awake',
				'On a very slow line raise tui.ssh.stall_timeout in config.yaml.',
			),
			onSpoke('If it does not answer: wake the spoke'),
		],
		isRetryable: true,
	},
	{
		cause: 'TIMEOUT_30',
		scenario: 'C',
		title: 'rsync waited too long',
		plain: () =>
			'rsync on one of the two sides received nothing for as long as its own time limit allows, and gave up.',
		why: 'A slow disk, a very busy machine or a line that drops packets. The next run carries on.',
		signature: {
			program: 'rsync',
			stderr:
				'[sender] io timeout after 60 seconds -- exiting\nrsync error: timeout in data send/receive (code 30) at io.c(204) [sender=3.2.7]',
			exitCode: 30,
		},
		check: 'dry-run',
		confirm: 'A dry run lists the sessions in time, or stops at the same place.',
		fixes: names => [
			runAgain(names, 'Sync again'),
			onHub(names, 'If it keeps happening: a larger timeout_seconds in rsync_options of this spoke'),
		],
		isRetryable: true,
	},
	{
		cause: 'SRC_CHANGED',
		scenario: 'G',
		title: 'A session changed while it was read',
		plain: () => 'A session was rewritten or removed on the spoke in the moment it was being read.',
		why: 'pi writes while the hub reads. What was read of that session is not taken; the next run reads it again. It is a fault only when it never ends.',
		signature: {
			program: 'rsync',
			stderr:
				'file has vanished: "/home/will/.pi/agent/sessions/--w--/2026-11-21.jsonl"\nrsync warning: some files vanished before they could be transferred (code 24) at main.c(1865) [generator=3.2.7]',
			exitCode: 24,
		},
		check: 'dry-run',
		confirm: 'A dry run a moment later lists the session without complaint.',
		fixes: names => [
			runAgain(names, 'Sync again'),
			onSpoke('When one session never arrives: see what keeps rewriting it'),
		],
		isRetryable: true,
	},
	{
		cause: 'VERIFY_RETRY',
		scenario: 'G',
		title: 'What arrived is not what was sent',
		plain: () => "rsync's own check sum did not match after the transfer, so it kept the file back.",
		why: 'Most often the session changed in the middle of the transfer. When it happens again with the same file, memory or a disk on one of the two machines is failing: nothing damaged becomes current either way.',
		signature: {
			program: 'rsync',
			stderr:
				'ERROR: --w--/2026-11-21.jsonl failed verification -- update discarded.\nrsync error: some files/attrs were not transferred (see previous errors) (code 23) at main.c(1865) [generator=3.2.7]',
			exitCode: 23,
		},
		check: 'dry-run',
		confirm: 'The same session is fetched anew into an empty staging folder.',
		fixes: names => [
			runAgain(names, 'Sync again'),
			onHub(names, 'When the same file fails again: test memory and disk of both machines'),
		],
		isRetryable: true,
	},
];
