// An echo endpoint that does everything right, in either role, but for the faults it is told to have. What it knows of frames it
// does by hand, so that a mistake in the reader of the tester is not also a mistake of what the tester is tested with.

import { isUtf8 } from 'node:buffer';
import type { Socket } from 'node:net';
import { Compressor, Inflator } from '../../src/wire/deflate.ts';
import type { DeflateAgreement } from '../../src/wire/deflate-parameters.ts';
import { closePayload, encodeFrame, type FrameFields, pieces } from '../../src/wire/frame.ts';

export type EchoFault =
  | 'accepts reserved bits'
  | 'accepts reserved opcodes'
  | 'accepts long control frames'
  | 'accepts fragmented control frames'
  | 'accepts orphans'
  | 'accepts invalid codes'
  | 'accepts a message inside a message'
  | 'checks no utf-8'
  | 'checks utf-8 late'
  | 'never pongs'
  | 'pongs late'
  | 'pongs wrongly'
  | 'pongs unasked'
  | 'echoes binary'
  | 'echoes changed'
  | 'echoes twice'
  | 'echoes in 3 frames'
  | 'echoes a turn later'
  | 'closes at once'
  | 'ends tcp at once'
  | 'says goodbye when tcp ends'
  | 'closes with 1000'
  | 'closes with 1005'
  | 'closes with 1 octet'
  | 'closes with an invalid reason'
  | 'never closes'
  | 'drops tcp'
  | 'keeps tcp open'
  | 'talks after close'
  | 'cuts frames'
  | 'cuts messages'
  | 'masks wrongly'
  | 'writes long lengths'
  | 'writes endless lengths'
  | 'writes huge lengths'
  | 'sets rsv1'
  | 'sets rsv2'
  | 'writes a reserved opcode'
  | 'writes an orphan'
  | 'writes a message inside a message'
  | 'writes a fragmented ping'
  | 'writes a long ping'
  | 'writes invalid text'
  | 'forgets the context'
  | 'keeps the context'
  | 'sets rsv1 on continuations'
  | 'forgets the third message'
  | 'changes the third message'
  | 'echoes the third message late'
  | 'exceeds the window'
  | 'writes invalid deflate';

interface Frame {
  readonly fin: boolean;
  readonly rsv: number;
  readonly opcode: number;
  readonly length: number;
  readonly key: Buffer | undefined;
}

export class EchoEndpoint {
  readonly #socket: Socket;
  readonly #role: 'server' | 'client';
  readonly #faults: ReadonlySet<EchoFault>;
  readonly #compressor: Compressor | undefined;
  readonly #inflator: Inflator | undefined;
  #bytes: Buffer = Buffer.alloc(0);
  #frame: Frame | undefined;
  #payload: Buffer[] = [];
  #received = 0;
  #message: { opcode: number; compressed: boolean; payload: Buffer[] } | undefined;
  readonly #decoder = new TextDecoder('utf-8', { fatal: true });
  readonly #latePongs: Buffer[] = [];
  #echoes = 0;
  #late: Buffer | undefined;
  #closed = false;

  constructor(socket: Socket, role: 'server' | 'client', faults: ReadonlySet<EchoFault>, deflate?: DeflateAgreement) {
    this.#socket = socket;
    this.#role = role;
    this.#faults = faults;
    if (deflate !== undefined) {
      const server = [deflate.serverMaxWindowBits, !deflate.serverNoContextTakeover] as const;
      const client = [deflate.clientMaxWindowBits, !deflate.clientNoContextTakeover] as const;
      const [own, others] = role === 'server' ? [server, client] : [client, server];
      this.#compressor = new Compressor(
        this.#has('exceeds the window') ? 15 : own[0],
        own[1] || this.#has('keeps the context'),
      );
      this.#inflator = new Inflator(others[0], others[1] && !this.#has('forgets the context'));
    }
    socket.on('end', () => {
      if (this.#has('says goodbye when tcp ends')) this.#close(closePayload(1001));
      socket.end();
    });
    if (this.#has('closes at once')) this.#close(closePayload(1001));
    if (this.#has('ends tcp at once')) {
      this.#closed = true;
      this.#endTcp();
    }
  }

  receive(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    while (!this.#closed && this.#step()) {}
  }

  #has(fault: EchoFault): boolean {
    return this.#faults.has(fault);
  }

  #step(): boolean {
    this.#frame ??= this.#head();
    const frame = this.#frame;
    if (frame === undefined || this.#closed) return false;
    const part = this.#bytes.subarray(0, frame.length - this.#received);
    this.#bytes = this.#bytes.subarray(part.length);
    const key = frame.key;
    const clear = Buffer.from(part.map((byte, index) => byte ^ (key?.[(this.#received + index) % 4] ?? 0)));
    this.#received += clear.length;
    this.#payload.push(clear);
    const last = this.#received === frame.length;
    if (!this.#checkText(frame, clear, last)) return false;
    if (!last) return false;
    const payload = Buffer.concat(this.#payload);
    this.#frame = undefined;
    this.#received = 0;
    this.#payload = [];
    this.#end(frame, payload);
    return true;
  }

  #head(): Frame | undefined {
    const bytes = this.#bytes;
    if (bytes.length < 2) return undefined;
    const [first = 0, second = 0] = bytes;
    const short = second & 0x7f;
    const keyAt = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0);
    const masked = (second & 0x80) !== 0;
    const size = keyAt + (masked ? 4 : 0);
    if (bytes.length < size) return undefined;
    this.#bytes = bytes.subarray(size);
    const length = short < 126 ? short : short === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2));
    const frame: Frame = {
      fin: (first & 0x80) !== 0,
      rsv: (first >> 4) & 7,
      opcode: first & 15,
      length,
      key: masked ? bytes.subarray(keyAt, size) : undefined,
    };
    return this.#check(frame) ? frame : undefined;
  }

  #check({ fin, rsv, opcode, length }: Frame): boolean {
    const compressed = this.#inflator !== undefined && rsv === 4 && (opcode === 1 || opcode === 2);
    if (rsv !== 0 && !compressed && !this.#has('accepts reserved bits')) return this.#fail(1002);
    if (((opcode > 2 && opcode < 8) || opcode > 10) && !this.#has('accepts reserved opcodes')) return this.#fail(1002);
    if (opcode > 7) {
      if (!fin && !this.#has('accepts fragmented control frames')) return this.#fail(1002);
      return length <= 125 || this.#has('accepts long control frames') || this.#fail(1002);
    }
    if (opcode === 0 && this.#message === undefined) return this.#has('accepts orphans') || this.#fail(1002);
    if (opcode !== 0 && this.#message !== undefined) {
      return this.#has('accepts a message inside a message') || this.#fail(1002);
    }
    return true;
  }

  #checkText({ opcode, rsv, fin }: Frame, bytes: Buffer, last: boolean): boolean {
    const text = opcode === 1 ? rsv !== 4 : opcode === 0 && this.#message?.opcode === 1 && !this.#message.compressed;
    if (!text || this.#has('checks no utf-8') || this.#has('checks utf-8 late')) return true;
    try {
      this.#decoder.decode(bytes, { stream: !(last && fin) });
      return true;
    } catch {
      return this.#fail(1007);
    }
  }

  #end(frame: Frame, payload: Buffer): void {
    if (frame.opcode === 8) return this.#closeReceived(payload);
    if (frame.opcode === 9) return this.#ping(payload);
    if (frame.opcode > 2) return;
    if (frame.opcode !== 0 || this.#message === undefined) {
      this.#message = {
        opcode: frame.opcode || 1,
        compressed: frame.rsv === 4 && this.#inflator !== undefined,
        payload: [],
      };
    }
    this.#message.payload.push(payload);
    if (frame.fin) this.#echo();
  }

  #ping(payload: Buffer): void {
    if (this.#has('never pongs')) return;
    if (this.#has('pongs late')) this.#latePongs.push(payload);
    else this.#write(10, this.#has('pongs wrongly') ? Buffer.from('wrong') : payload);
  }

  #echo(): void {
    const { opcode, compressed, payload } = this.#message ?? { opcode: 1, compressed: false, payload: [] };
    this.#message = undefined;
    let whole: Buffer = Buffer.concat(payload);
    try {
      if (compressed) whole = this.#inflator?.inflate(whole) ?? whole;
    } catch {
      this.#fail(1007);
      return;
    }
    if (opcode === 1 && !this.#has('checks no utf-8') && !isUtf8(whole)) {
      this.#fail(1007);
      return;
    }
    if (this.#has('echoes changed') && whole.length > 0) whole[whole.length - 1] = 0x21;
    const third = ++this.#echoes === 3;
    if (third && this.#has('forgets the third message')) return;
    if (third && this.#has('changes the third message')) {
      // A copy, because the inflator may give the same octets again.
      whole = Buffer.from(whole);
      whole[whole.length >> 1] = 0x21;
    }
    if (third && this.#has('echoes the third message late')) {
      this.#late = whole;
      return;
    }
    const kind = this.#has('echoes binary') ? 2 : opcode;
    if (this.#has('pongs unasked')) this.#write(10, Buffer.alloc(0));
    this.#oddities();
    this.#send(kind, whole);
    if (this.#has('echoes twice')) this.#send(kind, whole);
    if (this.#late !== undefined) this.#send(kind, this.#late);
    this.#late = undefined;
    for (const pong of this.#latePongs.splice(0)) this.#write(10, pong);
  }

  /** Wrong things this endpoint writes instead of or before an echo. */
  #oddities(): void {
    if (this.#has('writes a reserved opcode')) this.#write(3, Buffer.alloc(0));
    if (this.#has('writes an orphan')) this.#write(0, Buffer.alloc(0));
    if (this.#has('writes a message inside a message')) this.#write(1, Buffer.alloc(0), { fin: false });
    if (this.#has('writes a fragmented ping')) this.#write(9, Buffer.alloc(0), { fin: false });
    if (this.#has('writes a long ping')) this.#write(9, Buffer.alloc(126));
    if (this.#has('writes invalid text')) this.#write(1, Buffer.from([0xff]));
    if (this.#has('writes endless lengths')) this.#write(2, Buffer.alloc(0), { claimedLength: 1n << 63n });
    if (this.#has('writes huge lengths')) this.#write(2, Buffer.alloc(0), { claimedLength: 1n << 60n });
    if (this.#has('writes invalid deflate')) this.#write(2, Buffer.from([0xff, 0xff]), { rsv: 4 });
    if (this.#has('cuts messages')) {
      this.#write(1, Buffer.from('half'), { fin: false });
      this.#endTcp();
    }
    if (this.#has('cuts frames')) {
      this.#write(1, Buffer.from('half'), { claimedLength: 8 });
      this.#endTcp();
    }
  }

  #send(opcode: number, payload: Buffer): void {
    if (!this.#has('echoes a turn later')) {
      this.#sendNow(opcode, payload);
      return;
    }
    setImmediate(() => {
      if (!this.#closed) this.#sendNow(opcode, payload);
    });
  }

  #sendNow(opcode: number, payload: Buffer): void {
    if (this.#compressor !== undefined) {
      const compressed = this.#compressor.compress(payload);
      if (this.#has('sets rsv1 on continuations')) {
        this.#write(opcode, compressed.subarray(0, 1), { rsv: 4, fin: false });
        this.#write(0, compressed.subarray(1), { rsv: 4 });
      } else {
        this.#write(opcode, compressed, { rsv: 4 });
      }
      return;
    }
    const parts = this.#has('echoes in 3 frames') ? pieces(payload, Math.ceil(payload.length / 3)) : [payload];
    for (const [index, part] of parts.entries()) {
      this.#write(index === 0 ? opcode : 0, part, { fin: index === parts.length - 1 });
    }
  }

  #closeReceived(payload: Buffer): void {
    const code = payload.length >= 2 ? payload.readUInt16BE(0) : undefined;
    const valid =
      payload.length !== 1 &&
      (code === undefined || [1000, 1001, 1002, 1003].includes(code) || (code >= 1007 && code <= 1014) || code >= 3000);
    if (!valid && !this.#has('accepts invalid codes')) {
      this.#fail(1002);
    } else if (payload.length > 2 && !isUtf8(payload.subarray(2)) && !this.#has('accepts invalid codes')) {
      this.#fail(1007);
    } else {
      this.#close(code === undefined ? Buffer.alloc(0) : closePayload(code));
    }
  }

  #fail(code: number): false {
    if (this.#has('drops tcp')) {
      this.#closed = true;
      this.#endTcp();
    } else {
      this.#close(closePayload(this.#has('closes with 1000') ? 1000 : code));
    }
    return false;
  }

  #close(payload: Buffer | Uint8Array): void {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#has('never closes')) return;
    this.#write(8, this.#oddClose() ?? payload);
    if (this.#has('talks after close')) this.#write(1, Buffer.from('one more thing'));
    // A client waits for the server (RFC 6455, section 7.1.1): its socket ends when the server's does.
    if (!this.#has('keeps tcp open') && this.#role === 'server') this.#endTcp();
  }

  #oddClose(): Uint8Array | undefined {
    if (this.#has('closes with 1005')) return closePayload(1005);
    if (this.#has('closes with 1 octet')) return Buffer.from([3]);
    return this.#has('closes with an invalid reason') ? closePayload(1000, Buffer.from([0xff])) : undefined;
  }

  #endTcp(): void {
    this.#socket.end();
  }

  #write(opcode: number, payload: Uint8Array, fields: FrameFields = {}): void {
    const masked = (this.#role === 'client') !== this.#has('masks wrongly');
    const rsv = (this.#has('sets rsv2') ? 2 : 0) | (this.#has('sets rsv1') ? 4 : 0) | (fields.rsv ?? 0);
    const long: FrameFields = this.#has('writes long lengths') ? { lengthBits: 16 } : {};
    const bytes = encodeFrame({ opcode, payload, ...long, ...fields, rsv }, masked);
    if (this.#socket.writable) this.#socket.write(bytes);
  }
}
