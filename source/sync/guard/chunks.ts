/**
 * Bytes of a chunk of the ledger: 64 KiB. Small enough that a damaged place is found to within some screens of text, large
 * enough that its hashes (32 bytes each) are a two-thousandth of the session.
 */
export const chunkBytes = 64 * 1024;
