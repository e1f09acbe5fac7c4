/**
 * Answers of Syncthing 2.x by endpoint: fields as its source has them, with what 1.19 does not know (`primary`,
 * `secondary`, `isLocal`, `remoteState`, `group`, `blockIndexing`, the state `starting`) and `null` where its Go writes
 * an empty list.
 */
export const hubId = 'HUBHUBH-UBHUBHU-BHUBHUB-HUBHUBH-UBHUBHU-BHUBHUB-HUBHUBH-UBHUBHU';
export const laptopId = 'LAPTOPL-APTOPLA-PTOPLAP-TOPLAPT-OPLAPTO-PLAPTOP-LAPTOPL-APTOPLA';

const statistics = {
	at: '2026-11-21T14:02:31.123456789+01:00',
	inBytesTotal: 421_888,
	outBytesTotal: 1024,
	startedAt: '2026-11-21T13:00:00+01:00',
};
const wire = {...statistics, type: 'quic-client', isLocal: true, crypto: 'TLS1.3-TLS_CHACHA20_POLY1305_SHA256'};

export const recorded: Readonly<Record<string, unknown>> = {
	'system/status': {
		myID: hubId,
		startTime: '2026-11-21T12:59:58+01:00',
		tilde: '/home/will',
		uptime: 3600,
		discoveryStatus: {},
		discoveryEnabled: false,
		connectionServiceStatus: {},
		guiAddressUsed: '127.0.0.1:8384',
		guiAddressOverridden: false,
		pathSeparator: '/',
	},
	'system/version': {
		version: 'v2.1.3',
		codename: 'Hafnium Hornet',
		longVersion: 'syncthing v2.1.3 "Hafnium Hornet" (go1.26 linux-amd64)',
		os: 'linux',
		arch: 'amd64',
		isBeta: false,
		isCandidate: false,
		isRelease: true,
		tags: null,
		container: false,
	},
	'system/connections': {
		total: statistics,
		connections: {
			[laptopId]: {
				...wire,
				address: '192.168.1.7:22000',
				connected: true,
				paused: false,
				clientVersion: 'v2.1.3',
				primary: {...wire, address: '192.168.1.7:22000'},
				secondary: [{...wire, address: '192.168.1.7:22000'}],
			},
		},
	},
	'stats/device': {
		[hubId]: {lastSeen: '1970-01-01T00:00:00Z', lastConnectionDurationS: 0},
		[laptopId]: {lastSeen: '2026-11-21T13:00:00Z', lastConnectionDurationS: 12.5},
	},
	'stats/folder': {
		'laptop-sessions': {
			lastFile: {at: '2026-11-21T13:02:00Z', filename: '--w--/a.jsonl', deleted: false},
			lastScan: '2026-11-21T13:00:00Z',
		},
	},
	'config/devices': [
		{deviceID: hubId, name: 'hub', addresses: ['dynamic'], paused: false, group: '', numConnections: 0},
		{
			deviceID: laptopId,
			name: 'laptop\u001B[31m',
			addresses: ['dynamic'],
			paused: false,
			group: 'mine',
			allowedNetworks: null,
		},
	],
	'config/folders': [
		{
			id: 'laptop-sessions',
			label: '',
			group: '',
			filesystemType: 'basic',
			path: '~/.pi-brain/synced/laptop',
			type: 'receiveonly',
			devices: [
				{deviceID: hubId, introducedBy: '', encryptionPassword: ''},
				{deviceID: laptopId, introducedBy: '', encryptionPassword: ''},
			],
			paused: false,
			ignorePerms: false,
			ignoreDelete: false,
			maxConflicts: 10,
			markerName: '.stfolder',
			blockIndexing: true,
			versioning: {type: 'simple', params: {keep: '50'}, cleanupIntervalS: 3600, fsPath: '', fsType: 'basic'},
		},
	],
	'db/status': {
		errors: 0,
		pullErrors: 0,
		invalid: '',
		globalFiles: 3,
		globalBytes: 4000,
		localFiles: 2,
		localBytes: 3000,
		needFiles: 1,
		needDirectories: 1,
		needSymlinks: 0,
		needDeletes: 1,
		needBytes: 1000,
		needTotalItems: 3,
		receiveOnlyTotalItems: 0,
		state: 'starting',
		stateChanged: '2026-11-21T13:00:00Z',
		error: '',
		version: 12,
		sequence: 12,
		remoteSequence: {[laptopId]: 12},
		ignorePatterns: false,
		watchError: '',
	},
	'db/completion': {
		completion: 95,
		globalBytes: 4000,
		needBytes: 0,
		globalItems: 4,
		needItems: 0,
		needDeletes: 1,
		sequence: 12,
		remoteState: 'notSharing',
	},
	'folder/errors': {folder: 'laptop-sessions', errors: null, page: 1, perpage: 1000},
	'db/localchanged': {files: null, page: 1, perpage: 1000},
	'cluster/pending/devices': {
		[`X${laptopId.slice(1)}`]: {time: '2026-11-21T13:00:00Z', name: 'phone', address: '192.168.1.9:22000'},
	},
	'cluster/pending/folders': {
		notes: {
			offeredBy: {
				[laptopId]: {time: '2026-11-21T13:00:00Z', label: 'Notes', receiveEncrypted: false, remoteEncrypted: false},
			},
		},
	},
	'folder/versions': null,
	events: null,
};
