import {decodeName, encodeName, isRawName} from '../../text/names.js';

// SQLite text is UTF-8: a name that is not goes in as its bytes. No path below a root begins with a slash.
const mark = '//raw:';

/** A path as the database holds it. */
export function toColumn(path: string): string {
	return isRawName(path) ? mark + encodeName(path).toString('base64') : path;
}

/** The path that `toColumn` was given. */
export function fromColumn(column: string): string {
	return column.startsWith(mark) ? decodeName(Buffer.from(column.slice(mark.length), 'base64')) : column;
}
