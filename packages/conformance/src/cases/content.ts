// What the compressed messages say: five kinds of content that a compressor treats differently, made from a seed, so that every run of
// every machine sends the same octets. Text is ASCII, because messages cut it anywhere.

/** As many octets of each kind, and every size of a message divides it: so the messages come round to where they began. */
export const CONTENT_LENGTH: number = 512 * 1024;

export type ContentKind = 'json' | 'picture' | 'prose' | 'source' | 'document';

export interface Content {
  readonly kind: ContentKind;
  /** Whether its messages are binary. */
  readonly binary: boolean;
  /** {@link CONTENT_LENGTH} octets. */
  readonly bytes: Buffer;
}

/** Numbers that look random, the same for the same seed. */
export type Random = (below: number) => number;

export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (below) => {
    // xorshift of 32 bits: zero, the one state it cannot leave, is no seed here.
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const made = new Map<ContentKind, Content>();

/** Made at the first call. */
export function contentOf(kind: ContentKind): Content {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const { binary, make } = KINDS[kind];
  const content: Content = { kind, binary, bytes: make() };
  made.set(kind, content);
  return content;
}

const KINDS: Readonly<Record<ContentKind, { binary: boolean; make: () => Buffer }>> = {
  json: { binary: false, make: json },
  picture: { binary: true, make: picture },
  prose: { binary: true, make: prose },
  source: { binary: false, make: source },
  document: { binary: true, make: document },
};

/** Calls `part` until there is enough, and cuts what is too much. */
function fill(part: (index: number) => string | Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let length = 0, index = 0; length < CONTENT_LENGTH; index++) {
    const next = Buffer.from(part(index));
    parts.push(next);
    length += next.length;
  }
  return Buffer.concat(parts, CONTENT_LENGTH);
}

const WORDS: readonly string[] = (
  'the of and to in a is that it was for on are as with his they at be this have from or one had by word but not what all were we when ' +
  'your can said there use an each which she do how their if will up other about out many then them these so some her would make like ' +
  'him into time has look two more write go see number no way could people my than first water been call who oil its now find long down ' +
  'day did get come made may part frame message socket stream window octet carry answer between country sentence thought mountain river'
).split(' ');
const FAR_WORDS: readonly string[] = ['Straße', 'naïve', 'Übermut', 'cœur', 'señor', 'façade', 'größer', 'smörgås'];
const BEGINNINGS: readonly string[] =
  'be de dis en ex for in inter mis over per pre re sub trans un under up with'.split(' ');
const ENDINGS: readonly string[] = 'able age ance ed en er ful ing ion ish less ly ment ness ous s ship ward'.split(
  ' ',
);

/** One of these. */
function pick(words: readonly string[], random: Random): string {
  // There is one at each index below the length.
  return words[random(words.length)] as string;
}

/** Words at the front of the list come more often, about as in English. */
function wordFrom(random: Random): string {
  const limit = 1 + random(WORDS.length);
  return WORDS[random(limit)] as string;
}

/** A word nobody used for a while. */
function rareWordFrom(random: Random): string {
  if (random(12) === 0) return pick(FAR_WORDS, random);
  const root = pick(WORDS, random);
  return `${pick(BEGINNINGS, random)}${root}${pick(ENDINGS, random)}`;
}

function prose(): Buffer {
  const random = randomFrom(0x70_72_6f_73);
  const sentence = () => {
    const words = Array.from({ length: 4 + random(18) }, () =>
      random(3) === 0 ? rareWordFrom(random) : wordFrom(random),
    );
    const [first = '', ...rest] = words;
    return `${first.charAt(0).toUpperCase()}${first.slice(1)} ${rest.join(' ')}${random(6) === 0 ? '?' : '.'}`;
  };
  return fill(() => `${Array.from({ length: 3 + random(6) }, sentence).join(' ')}\n\n`);
}

function json(): Buffer {
  const random = randomFrom(0x6a_73_6f_6e);
  return fill((index) => {
    const name = `${wordFrom(random)}-${wordFrom(random)}`;
    const record = {
      id: index,
      guid: Array.from({ length: 4 }, () => random(65_536).toString(16).padStart(4, '0')).join('-'),
      active: random(2) === 0,
      balance: random(1_000_000) / 100,
      name,
      email: `${name}@example.test`,
      registered: `20${10 + random(15)}-${10 + random(3)}-${10 + random(18)}T${10 + random(14)}:${10 + random(50)}:00Z`,
      position: { latitude: random(180_000) / 1000 - 90, longitude: random(360_000) / 1000 - 180 },
      tags: Array.from({ length: random(6) }, () => wordFrom(random)),
      about: Array.from({ length: 8 + random(20) }, () => wordFrom(random)).join(' '),
    };
    return `${index === 0 ? '[' : ','}\n  ${JSON.stringify(record)}`;
  });
}

function source(): Buffer {
  const random = randomFrom(0x73_72_63_21);
  const word = () => wordFrom(random);
  return fill((index) => {
    const name = `${word()}_${word()}`;
    const lines = Array.from({ length: 2 + random(10) }, () => {
      switch (random(4)) {
        case 0:
          return `    if (${word()} === undefined) return ${random(256)};`;
        case 1:
          return `    const ${word()} = this.${word()}.${word()}(${word()}, 0x${random(65_536).toString(16)});`;
        case 2:
          return `    for (let index = 0; index < ${word()}.length; index++) {\n      ${word()}[index] ^= ${random(99)};\n    }`;
        default:
          return `    // ${Array.from({ length: 4 + random(8) }, word).join(' ')}`;
      }
    });
    return `export class ${name}_${index} {\n  ${word()}(${word()}: Uint8Array): number {\n${lines.join('\n')}\n    return 0;\n  }\n}\n\n`;
  });
}

/** Smooth shapes, and in each pixel a little noise: every octet is new, and none is a surprise. */
function picture(): Buffer {
  const random = randomFrom(0x70_69_63_74);
  const pixels = Buffer.alloc(CONTENT_LENGTH);
  for (let index = 0; index < pixels.length; index++) {
    const x = index % 512;
    const y = Math.floor(index / 512);
    const slope = Math.abs(((x * 3 + y) % 400) - 200) + Math.abs((y % 300) - 150) / 2;
    pixels[index] = Math.min(255, Math.floor(slope * 0.8) + random(8));
  }
  return pixels;
}

/** Short text that repeats between long parts of noise, as in a file whose parts are compressed already. */
function document(): Buffer {
  const random = randomFrom(0x64_6f_63_75);
  return fill((index) => {
    const noise = Buffer.from(Uint8Array.from({ length: 500 + random(4000) }, () => random(256)));
    const head = `${index} 0 obj\n<< /Length ${noise.length} /Filter /FlateDecode /Type /Part >>\nstream\n`;
    return Buffer.concat([Buffer.from(head), noise, Buffer.from('\nendstream\nendobj\n')]);
  });
}
