/** Lines of ssh that say nothing about why it failed. */
export const idleSshLines: readonly RegExp[] = [
	/^mux_client_/,
	/^ControlSocket .* already exists, disabling multiplexing$/,
	/^Control socket connect\(.*\): /,
	/^\*\* (?:WARNING: connection is not using|This session may be vulnerable|The server may need)/,
	/^Warning: Permanently added /,
	/^Shared connection to \S+ closed\.$/,
	/^Killed by signal \d+\.$/,
	/^Pseudo-terminal will not be allocated/,
];

/** Lines rsync adds about itself once something else has gone wrong. */
export const rsyncLines = /^(?:rsync: |rsync error: |rsync warning: |protocol version mismatch|\(see the rsync man)/;

/** Lines ssh prints around its complaint about a key, between a banner and its last line. */
export const keyLines =
	/^(?:@+$|@ .* @$|It is required that your private key files|This private key will be ignored|Load key ".*": |sign_and_send_pubkey: )/;

/** What ssh says of keys that `-i` names before it connects: nothing of the spoke's can stand above. */
export const headLines = /^Warning: Identity file .+ not accessible: /;

/** Where ssh's own words begin in a line whose beginning is the end of a banner without a line end. */
export const afterBanner =
	/(?:(?:\S+@)\S+: Permission denied \(|Received disconnect from |Disconnected from |Connection (?:closed|reset) by |no such identity: |Load key "|sign_and_send_pubkey: |Your account has expired)/;

/**
 * Where rsync's words begin behind a line that the spoke had not ended: both write to the same place, and some shells
 * (dash) write `sh: 1: ` and what follows it one after the other.
 */
export const afterUnfinished =
	/(?<=.)(?=(?:protocol version mismatch -- is your shell clean\?|\(see the rsync man ?page for an explanation\)|rsync error: [^()]{1,100} \(code \d+\) at \S{1,50} \[\w+=\S{1,20}\])$)/;

/** The beginning of a shell's line, which rsync's words have cut off from its end: it says nothing by itself. */
export const unfinished = /^(?:\S*\/)?\w*sh: (?:(?:line )?\d+: )?$/;

/** Lines of rsync that only a connection which carried something can bring about. */
export const connectedLines =
	/^(?:protocol version mismatch|rsync: on remote machine|rsync: (?:\[[Ss]ender\] )|rsync: (?:\[\w+\] )?connection unexpectedly closed \([1-9])/;
