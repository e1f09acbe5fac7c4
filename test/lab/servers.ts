import {once} from 'node:events';
import {createServer, type Server, type Socket} from 'node:net';
import type {Scope} from './after.js';
import {loopbackAddress} from './net.js';

/**
 * What stands on the port instead of sshd: `garbage` sends bytes that are no SSH banner, `silent` accepts and says
 * nothing, `closing` hangs up at once, `resetting` does it with RST, `banner-only` greets as OpenSSH does and then
 * says nothing, `http` answers 400 to whatever comes.
 */
export type ServerKind = 'garbage' | 'silent' | 'closing' | 'resetting' | 'banner-only' | 'http';

/** A server that is not sshd. */
export interface LabServer {
	readonly host: string;
	readonly port: number;
	/** Connections accepted so far. */
	connections(): number;
	close(): Promise<void>;
}

const answers: Record<ServerKind, (socket: Socket) => void> = {
	// Escape sequences and no line end: what must never reach a terminal as it is.
	garbage: socket => socket.write(Buffer.from(`\u001B]0;owned\u0007\u0000\u00FF${'x'.repeat(300)}`, 'latin1')),
	silent() {},
	closing: socket => socket.end(),
	resetting: socket => socket.resetAndDestroy(),
	'banner-only': socket => socket.write('SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n'),
	http: socket => socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n')),
};

/**
 * Starts a server on a loopback address.
 * @param scope closes it, and its connections, when given
 */
export async function startServer(kind: ServerKind, scope?: Scope): Promise<LabServer> {
	const sockets = new Set<Socket>();
	let count = 0;
	const server: Server = createServer(socket => {
		count++;
		sockets.add(socket);
		socket.on('close', () => sockets.delete(socket));
		socket.on('error', () => {});
		answers[kind](socket);
	});
	const host = loopbackAddress();
	server.listen(0, host);
	await once(server, 'listening');
	const address = server.address();
	if (address === null || typeof address === 'string') throw new Error(`No port on ${host}`);
	const close = async () => {
		for (const socket of sockets) socket.destroy();
		if (!server.listening) return;
		server.close();
		await once(server, 'close');
	};

	scope?.after(close);
	return {host, port: address.port, connections: () => count, close};
}
