import http from 'node:http';
import https from 'node:https';
import type {Socket} from 'node:net';
import tls from 'node:tls';
import {clean, cleanLines} from '../../text/clean.js';
import {type Cause, SyncError} from '../causes.js';
import type {Instance} from './instance.js';

/** A request to the API. */
export interface Order {
	readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
	/** Below `/rest/`, without a query: `db/status`. */
	readonly path: string;
	readonly query?: Readonly<Record<string, string | number>>;
	/** Sent as JSON. */
	readonly body?: unknown;
	/** Milliseconds for the whole of it. */
	readonly limitMs: number;
	readonly signal?: AbortSignal | undefined;
}

/** The API said no, or something else than Syncthing answered. */
export class ApiError extends SyncError {
	/** HTTP status; undefined when there was no answer. */
	readonly status: number | undefined;
	constructor(cause: Cause, message: string, detail: string, status?: number) {
		super({cause, message, detail: cleanLines(detail)});
		this.name = 'ApiError';
		this.status = status;
	}
}

/** Bytes of an answer above which it is not read on: 100,000 folders would be less. */
const longestAnswer = 64 * 1024 * 1024;
/** Connections kept open between requests, in milliseconds. */
const idleMs = 90_000;

/** Connections to one instance. */
export interface Line {
	/**
	 * Sends a request.
	 * @returns the body as text, empty when there is none
	 * @throws ApiError ST_DOWN, ST_KEY, ST_HOST or UNKNOWN; the signal's reason when it aborts
	 */
	send(order: Order): Promise<string>;
	/** Connections that were made so far: as long as none is added, whoever answers is the one who answered before. */
	dials(): number;
	/** A connection to whoever answered last stands, as far as is known, and the next request goes over it. */
	isStanding(): boolean;
	/** Closes what is open, also what is not yet. */
	close(): void;
}

/** Makes the way to an instance; connects nothing yet. */
export function openLine(instance: Instance): Line {
	const {url, apiKey, fingerprint} = instance;
	const isSecure = url.startsWith('https:');
	const options = {keepAlive: true, maxSockets: 8, timeout: idleMs};
	const opening = new Set<Socket>();
	const agent = isSecure ? secureAgent(options, fingerprint, url, opening) : new http.Agent(options);
	let dials = 0;
	return {
		dials: () => dials,
		isStanding: () => Object.values(agent.freeSockets).some(sockets => (sockets?.length ?? 0) > 0),
		close() {
			agent.destroy();
			for (const socket of opening) socket.destroy(new Error('closed'));
		},
		async send({method, path, query = {}, body, limitMs, signal}) {
			signal?.throwIfAborted();
			const target = new URL(`${url}/rest/${path}`);
			for (const [key, value] of Object.entries(query)) target.searchParams.set(key, String(value));
			const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
			const answer = Promise.withResolvers<string>();
			const request = (isSecure ? https : http).request(target, {
				method,
				agent,
				headers: {
					'X-API-Key': apiKey,
					...(payload ? {'Content-Type': 'application/json', 'Content-Length': payload.length} : {}),
				},
			});
			const fail = (error: Error) => {
				answer.reject(error);
				request.destroy();
			};
			const limit = setTimeout(
				() =>
					fail(new ApiError('ST_DOWN', `${asked(url)} did not answer within ${limitMs / 1000} s`, `${method} ${path}`)),
				limitMs,
			);
			limit.unref();
			const cancel = () => fail(signal!.reason as Error);
			signal?.addEventListener('abort', cancel, {once: true});
			request.on('error', error => answer.reject(error instanceof ApiError ? error : noAnswer(url, error)));
			request.on('response', response => {
				if (!request.reusedSocket) dials++;
				const parts: Buffer[] = [];
				let length = 0;
				response.on('data', (part: Buffer) => {
					length += part.length;
					if (length > longestAnswer)
						fail(new ApiError('UNKNOWN', `${asked(url)} sends more than can be: ${path}`, ''));
					else parts.push(part);
				});
				response.on('error', error => answer.reject(noAnswer(url, error)));
				response.on('end', () => {
					const text = Buffer.concat(parts).toString('utf8');
					const status = response.statusCode ?? 0;
					if (status >= 200 && status < 300) answer.resolve(text);
					else answer.reject(refusal(url, `${method} ${path}`, status, text, response.headers.location));
				});
			});
			request.end(payload);
			try {
				return await answer.promise;
			} finally {
				clearTimeout(limit);
				signal?.removeEventListener('abort', cancel);
			}
		},
	};
}

/**
 * An agent that lets nothing, so no key, out before it has seen the very certificate.
 * @param opening holds the connections that have not shown it yet
 */
function secureAgent(
	options: https.AgentOptions,
	fingerprint: string | undefined,
	url: string,
	opening: Set<Socket>,
): https.Agent {
	if (fingerprint === undefined) return new https.Agent(options);
	const agent = new https.Agent({...options, maxCachedSessions: 0});
	agent.createConnection = (wanted, done) => {
		const {host, port} = wanted as {host: string; port: number};
		const socket = tls.connect({host, port, rejectUnauthorized: false});
		// The agent knows it once it is secure: until then nobody else would end one that says nothing.
		opening.add(socket);
		socket.once('close', () => opening.delete(socket));
		socket.once('error', error => done?.(error, socket));
		socket.once('secureConnect', () => {
			opening.delete(socket);
			const seen = socket.getPeerCertificate().fingerprint256?.replaceAll(':', '');
			if (seen === fingerprint) {
				done?.(null, socket as Socket & tls.TLSSocket);
				return;
			}

			const detail = `expected SHA-256 ${fingerprint}\nreceived SHA-256 ${seen ?? 'none'}`;
			socket.destroy();
			done?.(new ApiError('ST_HOST', `${asked(url)} shows another certificate than Syncthing's own`, detail), socket);
		});
		return undefined;
	};

	return agent;
}

function asked(url: string): string {
	return `Syncthing's API at ${clean(url)}`;
}

const words: Readonly<Record<string, string>> = {
	ECONNREFUSED: 'connection refused',
	ECONNRESET: 'connection reset',
	EPIPE: 'connection reset',
	ETIMEDOUT: 'timed out',
	EHOSTUNREACH: 'no route to host',
	ENETUNREACH: 'network unreachable',
	ENOTFOUND: 'no such host',
};

function noAnswer(url: string, {code, message}: NodeJS.ErrnoException): ApiError {
	if (/CERT|SELF_SIGNED|UNABLE_TO_VERIFY|ERR_TLS/.test(code ?? '')) {
		const how = 'give its fingerprint, or the home of its https-cert.pem, in tui.syncthing';
		return new ApiError('ST_HOST', `${asked(url)} shows a certificate nobody vouches for (${code}): ${how}`, message);
	}

	return new ApiError('ST_DOWN', `${asked(url)} does not answer (${words[code ?? ''] ?? clean(message)})`, message);
}

function refusal(url: string, what: string, status: number, body: string, location: string | undefined): ApiError {
	const said = `${what}\nHTTP ${status}\n${body.slice(0, 4096)}`;
	if (status >= 300 && status < 400) {
		const to = clean(location ?? 'nowhere');
		return new ApiError(
			'ST_HOST',
			`${asked(url)} sends elsewhere (${to}), which is not followed: correct its url`,
			said,
			status,
		);
	}

	if (status === 401 || status === 403) {
		return /host check/i.test(body)
			? new ApiError('ST_HOST', `${asked(url)} refuses to be called by that name: use 127.0.0.1`, said, status)
			: new ApiError('ST_KEY', `${asked(url)} refuses the API key`, said, status);
	}

	const first = clean(body.split('\n')[0] ?? '', 200);
	return new ApiError(
		'UNKNOWN',
		`${asked(url)} answered ${what} with ${status}${first === '' ? '' : `: ${first}`}`,
		said,
		status,
	);
}
