import fs from 'node:fs';

/** Bytes read at a time. */
export const pieceBytes = 1 << 20;

/** A session that is open for reading. */
export interface OpenFile extends Disposable {
	/** Bytes it had when it was opened; what is appended meanwhile is not read. */
	readonly size: number;
	/** Of that moment. */
	readonly mtimeMs: number;
	/** The whole of it once more, piece by piece; a piece is valid until the next is asked for. */
	pieces(buffer: Buffer): Generator<Buffer>;
	/** Its last bytes, fewer when it was cut off meanwhile. */
	end(length: number): Buffer;
}

/**
 * Opens a file, but nothing in the place of one.
 * @param file bytes where the name is not UTF-8
 * @throws NodeJS.ErrnoException ENOENT, EACCES …; ELOOP for a link, EISDIR for a folder, EINVAL for a pipe or device
 */
export function openFile(file: string | Uint8Array): OpenFile {
	const path = typeof file === 'string' ? file : Buffer.from(file);
	// O_NOFOLLOW: a link in the place of a session is never read; O_NONBLOCK: nor is a pipe waited for.
	const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK);
	try {
		const stat = fs.fstatSync(fd);
		if (!stat.isFile()) {
			const code = stat.isDirectory() ? 'EISDIR' : 'EINVAL';
			throw Object.assign(new Error(`${code}: not a regular file, open '${path}'`), {code, syscall: 'open'});
		}

		return {
			size: stat.size,
			mtimeMs: stat.mtimeMs,
			pieces: buffer => readPieces(fd, stat.size, buffer),
			end: length => {
				const bytes = Buffer.allocUnsafe(length);
				return bytes.subarray(0, readInto(fd, bytes, length, stat.size - length));
			},
			[Symbol.dispose]: () => fs.closeSync(fd),
		};
	} catch (error) {
		fs.closeSync(fd);
		throw error;
	}
}

function* readPieces(fd: number, size: number, buffer: Buffer): Generator<Buffer> {
	for (let at = 0; at < size; ) {
		const wanted = Math.min(buffer.length, size - at);
		const filled = readInto(fd, buffer, wanted, at);
		if (filled > 0) yield buffer.subarray(0, filled);
		// Cut off under us: what is gone is found by its hash.
		if (filled < wanted) return;
		at += filled;
	}
}

function readInto(fd: number, buffer: Buffer, length: number, offset: number): number {
	let filled = 0;
	while (filled < length) {
		const got = fs.readSync(fd, buffer, filled, length - filled, offset + filled);
		if (got === 0) break;
		filled += got;
	}

	return filled;
}
