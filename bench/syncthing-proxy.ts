import {once} from 'node:events';
import http from 'node:http';
import type {AddressInfo} from 'node:net';
import type {Scope} from '../test/lab/after.js';
import {loopbackAddress} from '../test/lab/net.js';

/** Stands in front of an API and writes down what is asked. */
export interface Proxy {
	readonly url: string;
	/** Paths that were asked for, in order; without their queries. */
	readonly asked: readonly string[];
}

/**
 * Starts a proxy that passes everything on as it is.
 * @param url of the API
 */
export async function startProxy(scope: Scope, url: string): Promise<Proxy> {
	const asked: string[] = [];
	const target = new URL(url);
	const server = http.createServer((request, response) => {
		asked.push(request.url!.replace(/\?.*/, ''));
		const headers = {...request.headers, host: target.host};
		const {hostname, port} = target;
		const passed = http.request({hostname, port, path: request.url, method: request.method, headers}, answer => {
			response.writeHead(answer.statusCode!, answer.headers);
			answer.pipe(response);
		});
		passed.on('error', () => response.destroy());
		response.on('close', () => passed.destroy());
		request.pipe(passed);
	});
	const host = loopbackAddress();
	server.listen(0, host);
	await once(server, 'listening');
	scope.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return {url: `http://${host}:${(server.address() as AddressInfo).port}`, asked};
}
