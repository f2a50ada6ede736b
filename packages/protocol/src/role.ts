// Who we are on the wire. A client masks every frame it sends and refuses masked ones; a server does the opposite (RFC 6455, section 5.1).

/** The side of the connection this code plays. */
export type Role = 'client' | 'server';
