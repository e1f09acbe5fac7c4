import assert from 'node:assert/strict';
import fs from 'node:fs';
import path from 'node:path';
import {sha256, startsWith} from '../guard/witness.js';
import {type Engine, type Name, names} from './engine.js';

/** Remembers what the ledger ever answered for, with the bytes themselves, and looks whether they are there still. */
export class Acknowledged {
	readonly #engine: Engine;
	/** By spoke and hash. */
	readonly #known = new Map<Name, Map<string, Buffer>>(names.map(name => [name, new Map()]));

	constructor(engine: Engine) {
		this.#engine = engine;
	}

	/**
	 * Notes what is acknowledged by now, and fails unless all that ever was is current, kept, or as the spoke showed it.
	 * @param damaged bytes that the test itself has damaged on the hub
	 */
	async check(message = '', damaged?: Buffer): Promise<void> {
		for (const name of names) this.#note(name);
		for (const [name, known] of this.#known) {
			const held = await this.#engine.held(name);
			for (const bytes of known.values()) {
				if (damaged?.equals(bytes)) continue;
				const isThere = held.some(one => startsWith(one, bytes));
				assert.ok(isThere, `${name}: ${bytes.length} acknowledged bytes are nowhere ${message}`);
			}
		}
	}

	#note(name: Name): void {
		const known = this.#known.get(name)!;
		for (const [session, {length, sha256: hash}] of this.#engine.hub.store.ledger.all(name)) {
			if (known.has(hash)) continue;
			const file = path.join(this.#engine.current(name), session);
			const bytes = fs.lstatSync(file, {throwIfNoEntry: false})?.isFile() ? fs.readFileSync(file) : undefined;
			const start = bytes?.subarray(0, length);
			if (start?.length === length && sha256(start) === hash) known.set(hash, start);
		}
	}
}
