import type {DatabaseSync, StatementSync} from 'node:sqlite';
import type {Failure} from '../causes.js';
import type {SyncthingFacts} from '../syncthing/types.js';

/** Why nothing more is promoted from a spoke until a person releases it. */
export interface SpokeHold extends Failure {
	/** Milliseconds since the epoch. */
	readonly at: number;
}

/** A failure with its time. */
export interface PastFailure extends Failure {
	/** Of the latest occurrence. */
	readonly at: number;
	/** When this unbroken row of failures began. */
	readonly since: number;
}

/** What the last complete look at the spoke found, for counts the hub cannot know by itself. */
export interface LastLook {
	readonly at: number;
	readonly listed: number;
	/** Sessions on the spoke that are not yet, or not yet whole, on the hub. */
	readonly pending: number;
	/** Left out by `sync.initial_sync_days`. */
	readonly notTaken: number;
	/** Known here, no longer there; kept. */
	readonly gone: number;
}

/** What the last verify of a spoke came to, in a few numbers: the whole of it is in `verify_reports`. */
export interface LastVerify {
	/** When it began. */
	readonly at: number;
	readonly isDeep: boolean;
	/** When the last deep one began. */
	readonly deepAt: number | undefined;
	readonly sessions: number;
	readonly isAllHere: boolean;
	/** Findings of these severities. */
	readonly damage: number;
	readonly look: number;
}

/**
 * What the hub knows about a spoke beyond its files. Each fact is a row of its own, so that processes which learn
 * different facts at the same time never overwrite each other. All times are milliseconds since the epoch.
 */
export interface SpokeFacts {
	/** Last successful contact of any kind, and how it was made. */
	readonly lastSeen: number | undefined;
	readonly lastSeenVia: string | undefined;
	/** The address at which it was last reached directly. */
	readonly lastAddress: string | undefined;
	/** Last run that ended well. */
	readonly lastSynced: number | undefined;
	/** Last attempt to reach it, successful or not. */
	readonly checkedAt: number | undefined;
	/** How the last sync failed; undefined after a success. */
	readonly failure: PastFailure | undefined;
	/** Why the spoke did not answer when it was last asked; undefined as soon as it does. */
	readonly contactFailure: PastFailure | undefined;
	/** Failures in a row. */
	readonly failures: number;
	readonly hold: SpokeHold | undefined;
	/** A person accepted that the spoke's root is empty; cleared when files are back. */
	readonly isEmptyAccepted: boolean;
	/** A person released the spoke after many sessions had shrunk: the next look may show them. */
	readonly isShrinkAccepted: boolean;
	readonly lastLook: LastLook | undefined;
	/** Device number of a local source when it last held sessions: tells an unplugged drive from an emptied folder. */
	readonly sourceDevice: number | undefined;
	/** The spoke was said to be late; cleared at the next contact. */
	readonly isLateSaid: boolean;
	/** That nobody runs its schedule was said; cleared when somebody has. */
	readonly isMissedSaid: boolean;
	/** Its failure was taken for sleep, so nobody was notified. */
	readonly isTakenForSleep: boolean;
	/** Hub-side path that the rows of this spoke were written for. */
	readonly path: string | undefined;
	/** `sync.exclude_patterns` that were said to leave nothing out. */
	readonly saidPatterns: readonly string[];
	/** What the last verify came to. */
	readonly lastVerify: LastVerify | undefined;
	/** What Syncthing tells of it; undefined for other methods, and where there is no Syncthing to ask. */
	readonly syncthing: SyncthingFacts | undefined;
	/** Bytes of the plain ledger that the database includes; what lies beyond is replayed. */
	readonly ledgerOffset: number | undefined;
	/** When the database, lost or damaged, was filled again from the plain ledger: history before that is gone, the proof is not. */
	readonly rebuiltAt: number | undefined;
}

/** What is wrong now: that it does not answer hides what went wrong before. */
export function failureOf({failure, contactFailure, syncthing}: SpokeFacts): PastFailure | undefined {
	return contactFailure ?? syncthing?.failure ?? failure;
}

/** Sessions known to be on the spoke and not yet, or not yet whole, on the hub. */
export function pendingOf({lastLook, syncthing}: Pick<SpokeFacts, 'lastLook' | 'syncthing'>): number {
	return (lastLook?.pending ?? 0) + (syncthing?.folder?.needFiles ?? 0);
}

/** A spoke nothing is known about. */
export const noFacts: SpokeFacts = {
	lastSeen: undefined,
	lastSeenVia: undefined,
	lastAddress: undefined,
	lastSynced: undefined,
	checkedAt: undefined,
	failure: undefined,
	contactFailure: undefined,
	failures: 0,
	hold: undefined,
	isEmptyAccepted: false,
	isShrinkAccepted: false,
	lastLook: undefined,
	sourceDevice: undefined,
	isLateSaid: false,
	isMissedSaid: false,
	isTakenForSleep: false,
	path: undefined,
	saidPatterns: [],
	lastVerify: undefined,
	syncthing: undefined,
	ledgerOffset: undefined,
	rebuiltAt: undefined,
};

/** The facts' rows. */
export class FactRows {
	readonly #all: StatementSync;
	readonly #one: StatementSync;
	readonly #put: StatementSync;
	readonly #drop: StatementSync;
	readonly #turn: StatementSync;

	constructor(database: DatabaseSync) {
		// One row for each spoke: a thousand of them take half the time of their eight thousand facts.
		this.#all = database.prepare(
			`SELECT spoke, '{' || group_concat('"' || key || '":' || value) || '}' AS facts FROM facts GROUP BY spoke`,
		);
		this.#one = database.prepare('SELECT key, value FROM facts WHERE spoke = ?');
		this.#put = database.prepare(
			'INSERT INTO facts (spoke, key, value) VALUES (?, ?, ?) ON CONFLICT (spoke, key) DO UPDATE SET value = excluded.value',
		);
		this.#drop = database.prepare('DELETE FROM facts WHERE spoke = ? AND key = ?');
		this.#turn = database.prepare(
			`INSERT INTO facts (spoke, key, value) SELECT ?1, ?2, ?3 WHERE ?3 = 'true' OR EXISTS (SELECT 1 FROM facts WHERE spoke = ?1 AND key = ?2)
			ON CONFLICT (spoke, key) DO UPDATE SET value = excluded.value WHERE value <> excluded.value`,
		);
	}

	/** Facts of one spoke. */
	get(spoke: string): SpokeFacts {
		return fold(this.#one.all(spoke) as unknown as Row[]);
	}

	/** Facts of every spoke anything is known of. */
	all(): Map<string, SpokeFacts> {
		const rows = this.#all.all() as unknown as Array<{spoke: string; facts: string}>;
		return new Map(rows.map(({spoke, facts}) => [spoke, known(JSON.parse(facts) as Record<string, unknown>)]));
	}

	/** Writes the given facts and no others; a fact given as undefined is forgotten. */
	patch(spoke: string, facts: Partial<SpokeFacts>): void {
		for (const [key, value] of Object.entries(facts)) {
			if (value === undefined) this.#drop.run(spoke, key);
			else this.#put.run(spoke, key, JSON.stringify(value));
		}
	}

	/**
	 * Turns a fact that is false unless noted, in one statement: of processes that do so at the same time one is told that
	 * it was the one.
	 * @returns true when it was the other way before
	 */
	turn(spoke: string, key: 'isLateSaid' | 'isMissedSaid', value: boolean): boolean {
		return Number(this.#turn.run(spoke, key, JSON.stringify(value)).changes) === 1;
	}
}

interface Row {
	readonly key: string;
	readonly value: string;
}

function fold(rows: readonly Row[]): SpokeFacts {
	return known(Object.fromEntries(rows.map(({key, value}) => [key, JSON.parse(value)])));
}

/** Without what another version of the program noted. */
function known(values: Readonly<Record<string, unknown>>): SpokeFacts {
	const facts: Record<string, unknown> = {...noFacts};
	for (const [key, value] of Object.entries(values)) if (key in noFacts) facts[key] = value;
	return facts as unknown as SpokeFacts;
}
