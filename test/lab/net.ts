import {once} from 'node:events';
import {type AddressInfo, createConnection, createServer} from 'node:net';

let addresses = 0;

/**
 * A loopback address nobody else in this process has; all of 127/8 is loopback on Linux, elsewhere only 127.0.0.1.
 */
export function loopbackAddress(): string {
	if (process.platform !== 'linux') return '127.0.0.1';
	addresses++;
	return `127.${64 + (process.pid % 128)}.${(process.pid >> 7) % 256}.${(addresses % 250) + 1}`;
}

/** A port that was free a moment ago on that address. */
export async function freePort(host: string): Promise<number> {
	const [port] = await freePorts(host, 1);
	return port!;
}

/** As many ports, no two of them the same. */
export async function freePorts(host: string, count: number): Promise<number[]> {
	const servers = Array.from({length: count}, () => createServer().listen(0, host));
	await Promise.all(servers.map(async server => once(server, 'listening')));
	const ports = servers.map(server => (server.address() as AddressInfo).port);
	await Promise.all(servers.map(async server => once(server.close(), 'close')));
	return ports;
}

/**
 * Connects and reads what the server says first.
 * @throws Error when nobody listens, or nothing was said within 2 s
 */
export async function readBanner(host: string, port: number): Promise<string> {
	const socket = createConnection({host, port});
	try {
		const [chunk] = await once(socket, 'data', {signal: AbortSignal.timeout(2000)});
		return String(chunk);
	} finally {
		socket.destroy();
	}
}
