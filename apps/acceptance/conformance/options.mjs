// Limits for the largest cases: a message of 16 MiB, and one of 4 MiB in frames of 64 bytes.

export const LIMITS = { maxMessageSize: 32 * 1024 * 1024, maxFragments: 1_000_000, maxSendQueue: 256 * 1024 * 1024 };

/** What each word of a subject's name switches on. */
export const COMPRESSION = {
  none: {},
  deflate: { deflate: true },
  takeover: { deflate: { sendContextTakeover: true, receiveContextTakeover: true } },
};
