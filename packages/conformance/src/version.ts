// The version of this package, which reports name. A test holds it to package.json.

export const VERSION = '0.1.0';
