import type {FileKind, SessionFile, SessionHeader} from './types.js';

/** What a stat says of a file. */
export type FileVersion = Pick<SessionFile, 'size' | 'mtimeMs' | 'inode'>;

/** Numbers of one file, and the place of each. */
const width = 8;
const place = {size: 0, mtimeMs: 1, inode: 2, startedAt: 3, version: 4, stamp: 5, directory: 6, state: 7} as const;

/** Kinds by their number in the lower digits of the state; 0: unknown. */
const kinds: ReadonlyArray<FileKind | undefined> = [
	undefined,
	...(['session', 'empty', 'other', 'conflict-copy', 'temporary'] as const),
];
/** Where the id of a session is, in the higher digit of the state. */
const [noHeader, idInItsName, idOfItsOwn] = [0, 8, 16];

/** Files the table has room for at first, and by which share it then grows: there are many roots with few files. */
const room = 16;
const growth = 1.125;

/**
 * What is known of each file of a root, by number: 64 bytes a file, without its path. An object for each, with its boxed
 * numbers, takes twice that, and the collector's time at every turn.
 */
export class FileTable {
	#facts = new Float64Array(room * width);
	#end = 0;
	readonly #free: number[] = [];
	/** Ids that the file's name does not say. */
	readonly #ids = new Map<number, string>();
	/** One string for each working directory instead of one for each session. */
	readonly #directories: string[] = [];
	readonly #directoryNumbers = new Map<string, number>();

	/** @returns the file's number, until it is dropped */
	add(file: FileVersion, kind: FileKind | undefined): number {
		const at = this.#free.pop() ?? this.#end++;
		const needed = this.#end * width;
		if (needed > this.#facts.length) {
			const larger = new Float64Array(Math.ceil((needed * growth) / width) * width);
			larger.set(this.#facts);
			this.#facts = larger;
		}

		this.#facts.fill(0, at * width, (at + 1) * width);
		this.setVersion(at, file, kind);
		return at;
	}

	drop(at: number): void {
		this.#ids.delete(at);
		this.#free.push(at);
	}

	/** The header stays what it was until another is set. */
	setVersion(at: number, file: FileVersion, kind: FileKind | undefined): void {
		this.#put(at, 'size', file.size);
		this.#put(at, 'mtimeMs', file.mtimeMs);
		this.#put(at, 'inode', file.inode);
		this.setKind(at, kind);
	}

	setKind(at: number, kind: FileKind | undefined): void {
		this.#put(at, 'state', this.#headerState(at) + kinds.indexOf(kind));
	}

	/** @param idInName an id that need not be kept, because the file's name has it where pi writes it */
	setHeader(at: number, header: SessionHeader | undefined, idInName: string): void {
		const where = !header ? noHeader : header.id === idInName ? idInItsName : idOfItsOwn;
		if (where === idOfItsOwn) this.#ids.set(at, header!.id);
		else this.#ids.delete(at);
		this.#put(at, 'state', where + kinds.indexOf(this.kind(at)));
		this.#put(at, 'version', header?.version ?? 0);
		this.#put(at, 'directory', this.#directoryNumber(header?.cwd));
		this.#put(at, 'startedAt', header?.startedAt ?? Number.NaN);
	}

	setStamp(at: number, visit: number): void {
		this.#put(at, 'stamp', visit);
	}

	size(at: number): number {
		return this.#get(at, 'size');
	}

	mtimeMs(at: number): number {
		return this.#get(at, 'mtimeMs');
	}

	version(at: number): FileVersion {
		return {size: this.#get(at, 'size'), mtimeMs: this.#get(at, 'mtimeMs'), inode: this.#get(at, 'inode')};
	}

	isVersion(at: number, file: FileVersion): boolean {
		return (
			this.#get(at, 'size') === file.size &&
			this.#get(at, 'mtimeMs') === file.mtimeMs &&
			this.#get(at, 'inode') === file.inode
		);
	}

	/** Undefined: its first line is still unread. */
	kind(at: number): FileKind | undefined {
		return kinds[this.#get(at, 'state') % idInItsName];
	}

	/** Number of the folder visit that saw it last. */
	stamp(at: number): number {
		return this.#get(at, 'stamp');
	}

	/** Milliseconds since the epoch; undefined where no header says it. */
	startedAt(at: number): number | undefined {
		const ms = this.#get(at, 'startedAt');
		return this.#headerState(at) === noHeader || Number.isNaN(ms) ? undefined : ms;
	}

	header(at: number, idInName: string): SessionHeader | undefined {
		const where = this.#headerState(at);
		if (where === noHeader) return undefined;
		return {
			id: where === idInItsName ? idInName : this.#ids.get(at)!,
			version: this.#get(at, 'version'),
			cwd: this.#directories[this.#get(at, 'directory') - 1],
			startedAt: this.startedAt(at),
		};
	}

	#headerState(at: number): number {
		const state = this.#get(at, 'state');
		return state - (state % idInItsName);
	}

	#get(at: number, what: keyof typeof place): number {
		return this.#facts[at * width + place[what]]!;
	}

	#put(at: number, what: keyof typeof place, value: number): void {
		this.#facts[at * width + place[what]] = value;
	}

	/** From 1; 0: none. */
	#directoryNumber(cwd: string | undefined): number {
		if (cwd === undefined) return 0;
		let known = this.#directoryNumbers.get(cwd);
		if (known === undefined) {
			known = this.#directories.push(cwd);
			this.#directoryNumbers.set(cwd, known);
		}

		return known;
	}
}
