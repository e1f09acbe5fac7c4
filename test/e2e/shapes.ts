import {z} from 'zod';
import {causes} from '../../source/sync/causes.js';

/** ISO 8601 in UTC, and never a year that only means "never". */
const time = z.iso
	.datetime({precision: 3})
	.refine(text => Date.parse(text) > Date.parse('2000-01-01'), 'is a zero time');
const count = z.int().nonnegative();
const cause = z.enum(causes);
const state = z.enum([
	...(['ok', 'syncing', 'due', 'late', 'asleep', 'unreachable', 'auth', 'host-key'] as const),
	...(['remote-config', 'local-disk', 'held', 'error', 'disabled', 'never'] as const),
]);

const spoke = z.strictObject({
	name: z.string(),
	computer: z.string(),
	method: z.enum(['rsync', 'syncthing', 'manual', 'api']),
	enabled: z.boolean(),
	state,
	reason: z.string().nullable(),
	connected: z.boolean(),
	lastSeen: time.nullable(),
	lastSynced: time.nullable(),
	newestSession: time.nullable(),
	sessionsCount: count,
	bytes: count,
	errorsCount: count,
	holdsCount: count,
	conflictsCount: count,
	lastRun: z
		.strictObject({
			at: time,
			result: z.enum(['done', 'failed', 'cancelled', 'locked']),
			files: count,
			bytes: count,
			by: z.enum(['dashboard', 'watch', 'cron', 'command']),
		})
		.nullable(),
	lastVerify: z
		.strictObject({
			at: time,
			isDeep: z.boolean(),
			lastDeepAt: time.nullable(),
			sessions: count,
			isAllHere: z.boolean(),
			damage: count,
			look: count,
		})
		.nullable(),
	schedule: z.string().nullable(),
	nextRun: time.nullable(),
	path: z.string().startsWith('/'),
	source: z.string().nullable(),
	// Beyond the published names: what only a hub that keeps everything can tell.
	othersCount: count,
	goneCount: count,
	notTakenCount: count,
	missingCount: count,
	ledgerRebuiltAt: time.nullable(),
	checkedAt: time.nullable(),
});

/** `sync status --json`. */
export const statusShape = z.strictObject({
	schema: z.literal(1),
	hub: z.strictObject({
		name: z.string().min(1),
		sessionsDir: z.string().startsWith('/'),
		sessionsCount: count,
		damagedDatabases: z.array(z.string()),
		distinctSessionsCount: count.nullable(),
		pairsCount: count.nullable(),
	}),
	spokes: z.array(spoke),
	lastSync: z.record(z.string(), time),
	pendingSessions: count,
	errors: z.array(
		z.strictObject({spoke: z.string(), at: time.nullable(), cause, message: z.string().min(1), detail: z.string()}),
	),
});

/** `sync list --json`. */
export const listShape = z.strictObject({
	schema: z.literal(1),
	sessions: z.array(
		z.strictObject({
			spoke: z.string().nullable(),
			computer: z.string().min(1),
			path: z.string().min(1),
			id: z.string().nullable(),
			version: z.int().nullable(),
			cwd: z.string().nullable(),
			startedAt: time.nullable(),
			lastEntryAt: time.nullable(),
			bytes: count,
			current: z.literal(true),
		}),
	),
});

const planned = z.array(z.strictObject({path: z.string(), bytes: z.int()}));

/** `sync run --json`; `plan` is there in a dry run only. */
export const runShape = z.strictObject({
	schema: z.literal(1),
	runs: z.array(
		z.strictObject({
			spoke: z.string(),
			result: z.enum(['done', 'failed', 'cancelled', 'locked']),
			startedAt: time,
			tookMs: count,
			files: z.strictObject({listed: count, new: count, extended: count, unchanged: count, held: count}),
			bytes: count,
			sent: count,
			received: count,
			cause: cause.nullable(),
			message: z.string().nullable(),
			plan: z
				.strictObject({
					arrive: planned,
					grow: planned,
					hold: z.array(z.strictObject({path: z.string(), reason: z.string()})),
					unchanged: count,
				})
				.optional(),
		}),
	),
});

export type Status = z.infer<typeof statusShape>;
export type Run = z.infer<typeof runShape>['runs'][number];
