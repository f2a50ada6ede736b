// Whom clients are counted by. An IPv4 address is one client, or the many behind its NAT; of IPv6, one client has a whole network of 64 bits
// (RFC 4291, section 2.5.1; RFC 6177), and with it 2^64 addresses: they count as one.

/** `::ffff:0:0/96` and `64:ff9b::/96`, as far as they go: what follows is an IPv4 address. */
const MAPPED = [0, 0, 0, 0, 0, 0xffff].join();
const TRANSLATED = [0x64, 0xff9b, 0, 0, 0, 0].join();

/** The network of a client: its IPv4 address, the first 64 bits of its IPv6 address such as `2001:db8:0:1::/64`, or `''` where it has none. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address;
  const groups = groupsOf(address);
  // An IPv4 client: of a socket that listens on both (RFC 4291, section 2.5.5.2), or of a network without IPv4 (RFC 6052, section 2.1).
  const prefix = groups.slice(0, 6).join();
  if (prefix === MAPPED || prefix === TRANSLATED) return dotted(groups[6], groups[7]);
  return `${groups
    .slice(0, 4)
    .map((group) => group.toString(16))
    .join(':')}::/64`;
}

/** The eight groups of an IPv6 address (RFC 4291, section 2.2), without the zone of a link-local one. */
function groupsOf(address: string): number[] {
  const [text = ''] = address.split('%', 1);
  const [before = '', behind] = text.split('::', 2);
  const first = parse(before);
  if (behind === undefined) return first;
  const last = parse(behind);
  return [...first, ...new Array<number>(Math.max(0, 8 - first.length - last.length)).fill(0), ...last];
}

function parse(part: string): number[] {
  if (part === '') return [];
  return part.split(':').flatMap((group) => {
    if (!group.includes('.')) return Number.parseInt(group, 16);
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [a * 256 + b, c * 256 + d];
  });
}

function dotted(high = 0, low = 0): string {
  return [high >> 8, high & 0xff, low >> 8, low & 0xff].join('.');
}
