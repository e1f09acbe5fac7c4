import path from 'node:path';
import type {HubConfig, MethodName, SpokeConfig} from '../config/types.js';
import type {HostKey, KnownHostKey} from './host-keys.js';
import type {SyncthingNames} from './syncthing-names.js';

/** The hub, as texts and commands name it. */
export interface HubNames {
	/** Undefined: not known here, texts are then for Linux. */
	readonly platform: NodeJS.Platform | undefined;
	/** Absolute; undefined: paths below it are written in full. */
	readonly home: string | undefined;
	/** Who runs the program. */
	readonly user: string | undefined;
	/** Absolute path of config.yaml. */
	readonly configFile: string | undefined;
	/** 1-based line of the spoke's entry. */
	readonly configLine: number | undefined;
	/** Absolute path of the spoke's sessions on the hub. */
	readonly folder: string;
	/** Words of a command line that start this program, usually `pi-brain-tui`. */
	readonly program: readonly string[];
	/** What keeps the schedule of this machine; undefined: not known. */
	readonly scheduler: 'systemd' | 'cron' | undefined;
}

/** A private key ssh would offer. */
export interface IdentityFile {
	/** Absolute. */
	readonly path: string;
	/** Undefined: nobody has looked. */
	readonly exists: boolean | undefined;
}

/** Where ssh goes for a spoke: what config.yaml says, and what `ssh -G` made of it once that was asked. */
export interface SshNames {
	/** Host or ssh alias as config.yaml has it. */
	readonly host: string;
	/** User as config.yaml has it; undefined: ssh's own choice. */
	readonly user: string | undefined;
	/** Port as config.yaml has it; undefined: ssh's own choice. */
	readonly configPort: number | undefined;
	/** `ssh_key`, `ssh_config` and `known_hosts` of config.yaml, absolute. */
	readonly keyFile: string | undefined;
	readonly configFile: string | undefined;
	readonly knownHosts: string | undefined;
	/** `rsync_path` of config.yaml. */
	readonly rsyncPath: string | undefined;
	/** Resolved; the host as written until `ssh -G` was asked. */
	readonly hostname: string;
	/** Resolved; 22 until something says otherwise. */
	readonly port: number;
	/** Resolved; undefined until `ssh -G` was asked and config.yaml names none. */
	readonly loginUser: string | undefined;
	/** The name under which known_hosts has it instead of the address (`HostKeyAlias`). */
	readonly hostKeyAlias: string | undefined;
	/** In ssh's order; empty: not asked. */
	readonly identityFiles: readonly IdentityFile[];
	/** Absolute, in ssh's order; empty: not asked. */
	readonly knownHostsFiles: readonly string[];
	/** True when something stands between (ProxyJump, ProxyCommand). */
	readonly isProxied: boolean;
	/** `ProxyJump` as ssh has it: `user@host:port,…`. */
	readonly jump: string | undefined;
	/** The folder of sessions on the spoke as rsync takes it: `.pi/agent/sessions`, `/abs`, `./`. */
	readonly root: string;
}

/**
 * What a check has found out, to be named in texts and fixes. Everything is optional: a text that lacks a fact says the
 * same in general words. Text of the spoke may stand here as it came; it is neutralised when it is used.
 */
export interface FixFacts {
	/** The private key the trouble is about; absolute. */
	readonly keyFile?: string;
	/** Its permission bits. */
	readonly keyMode?: number;
	/** Who owns it, by name. */
	readonly keyOwner?: string;
	/** Keys the agent holds; undefined: not asked, or there is no agent. */
	readonly agentKeys?: number;
	/** What known_hosts holds for the spoke; for a changed key the one that does not match comes first. */
	readonly knownKeys?: readonly KnownHostKey[];
	/** What the spoke shows now. */
	readonly presentKeys?: readonly HostKey[];
	/** One line of what the other side said: a banner before the door was closed, the first bytes of what is no ssh server. */
	readonly serverSays?: string;
	/** What the spoke's shell printed before the command. */
	readonly shellNoise?: string;
	/** What rrsync or the forced command answered. */
	readonly forcedSays?: string;
	/** What the spoke runs: `Linux`, `Darwin`, … as uname has it. */
	readonly spokeSystem?: string;
	/** rsync found on the spoke outside its PATH; absolute there. */
	readonly rsyncFound?: string;
	/** The folder pi writes its sessions to on the spoke, when it is another one; absolute there or relative to the home. */
	readonly piRoot?: string;
	/** What config.yaml, ssh's configuration or a file complained about: `file:line`. */
	readonly place?: string;
	/** The line or setting complained about. */
	readonly complaint?: string;
	/** File or folder concerned, on the hub or on the spoke as the cause has it. */
	readonly path?: string;
	/** Who owns it, by name. */
	readonly owner?: string;
	/** Bytes that should be free on the hub. */
	readonly neededBytes?: number;
	readonly freeBytes?: number;
	/** Inodes that are free on the hub. */
	readonly freeInodes?: number;
	/** Whether the spoke answers a ping though its port does not. */
	readonly isPingAlive?: boolean;
	/** The last address that worked. */
	readonly lastAddress?: string;
	/** What could not be started on the hub. */
	readonly missingProgram?: 'rsync' | 'ssh';
	/** Who holds the lease: `sync watch, process 812, since 14:02`. */
	readonly holder?: string;
	/** Number of sessions held or changed, as the guard says. */
	readonly sessions?: number;
	/** What Syncthing and its folder are like. */
	readonly syncthing?: SyncthingNames;
}

/** Everything that fills the texts and commands of fixes. */
export interface FixNames {
	/** The spoke's name in config.yaml. */
	readonly spoke: string;
	readonly method: MethodName;
	readonly hub: HubNames;
	/** Undefined for a spoke that is not reached by ssh. */
	readonly ssh: SshNames | undefined;
	/** The source when it is a folder on the hub (USB drive, network mount); absolute. */
	readonly localSource: string | undefined;
	readonly facts: FixFacts;
}

/** What of the hub's machine names are made with; without it they are in general words. */
export interface HubMachine {
	readonly platform: NodeJS.Platform;
	readonly home: string;
	readonly user: string;
	readonly scheduler?: 'systemd' | 'cron';
	/** `pi-brain-tui` unless told. */
	readonly program?: readonly string[];
}

/** What `ssh -G` adds. */
export type ResolvedNames = Pick<
	SshNames,
	'hostname' | 'port' | 'loginUser' | 'hostKeyAlias' | 'identityFiles' | 'knownHostsFiles' | 'isProxied' | 'jump'
>;

/**
 * Names from configuration alone; a diagnosis adds what it finds with `withFacts` and `withResolved`.
 * @param hub undefined where only the spoke is at hand (the hint in a status line)
 */
export function namesOf(
	spoke: SpokeConfig,
	hub?: Pick<HubConfig, 'file'>,
	machine?: HubMachine,
	facts: FixFacts = {},
): FixNames {
	return {
		spoke: spoke.name,
		method: spoke.method,
		hub: {
			platform: machine?.platform,
			home: machine?.home,
			user: machine?.user,
			configFile: hub?.file,
			configLine: spoke.line,
			folder: spoke.path,
			program: machine?.program ?? ['pi-brain-tui'],
			scheduler: machine?.scheduler,
		},
		ssh: sshNames(spoke),
		localSource: spoke.source?.kind === 'local' ? spoke.source.path : undefined,
		facts,
	};
}

/** The same names with further facts. */
export function withFacts(names: FixNames, facts: FixFacts): FixNames {
	return {...names, facts: {...names.facts, ...facts}};
}

/** The same names with where ssh really goes; without an ssh source nothing changes. */
export function withResolved(names: FixNames, resolved: Partial<ResolvedNames>): FixNames {
	return names.ssh === undefined ? names : {...names, ssh: {...names.ssh, ...resolved}};
}

function sshNames(spoke: SpokeConfig): SshNames | undefined {
	const {source} = spoke;
	if (source?.kind !== 'ssh') return undefined;
	return {
		host: source.host,
		user: source.user,
		configPort: spoke.port,
		keyFile: spoke.sshKey,
		configFile: spoke.sshConfig,
		knownHosts: spoke.knownHosts,
		rsyncPath: spoke.rsyncPath,
		hostname: source.host,
		port: spoke.port ?? 22,
		loginUser: source.user,
		hostKeyAlias: undefined,
		identityFiles: spoke.sshKey === undefined ? [] : [{path: spoke.sshKey, exists: undefined}],
		knownHostsFiles: spoke.knownHosts === undefined ? [] : [spoke.knownHosts],
		isProxied: false,
		jump: undefined,
		root: source.path,
	};
}

/**
 * The private key a fix is about: the one with the trouble, else config.yaml's, else the first of ssh's that exists.
 * @returns undefined when nothing names one
 */
export function keyOf({facts, ssh}: FixNames): string | undefined {
	return facts.keyFile ?? ssh?.keyFile ?? ssh?.identityFiles.find(({exists}) => exists === true)?.path;
}

/** A key of its own for this hub: config.yaml's, else `~/.ssh/pi-brain-sync`; absolute, undefined without a home. */
export function dedicatedKeyOf({ssh, hub}: FixNames): string | undefined {
	return ssh?.keyFile ?? (hub.home === undefined ? undefined : path.join(hub.home, '.ssh', 'pi-brain-sync'));
}

/**
 * The file in which a host key is, or should be, known: the one with the offending line, else the first ssh reads.
 * @returns absolute; undefined when nothing names one
 */
export function knownHostsOf({facts, ssh, hub}: FixNames): string | undefined {
	return (
		facts.knownKeys?.[0]?.file ??
		ssh?.knownHosts ??
		ssh?.knownHostsFiles[0] ??
		(hub.home === undefined ? undefined : path.join(hub.home, '.ssh', 'known_hosts'))
	);
}
