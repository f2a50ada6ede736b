// Where a compressed message ends. A sender takes 00 00 ff ff off its end, a receiver puts it back (RFC 7692, sections 7.2.1 and 7.2.2); what
// follows here is a final block that holds nothing, with which zlib tells a message that is whole from one that was cut.
//
// A message may also be several DEFLATE streams, for a block with BFINAL set ends one (RFC 7692, sections 7.2.3.4 and 7.2.3.5). Each costs
// the set-up of an inflater, so two bytes could ask for microseconds: streams have to be worth their bytes.

/** What a sender leaves out. */
export const OMITTED_BYTES = 4;

/** What is put behind a received message: the omitted bytes, and an empty final block. */
export const MESSAGE_END: Uint8Array = Uint8Array.of(0, 0, 0xff, 0xff, 1, 0, 0, 0xff, 0xff);

const FREE_STREAMS = 64;
const BYTES_PER_STREAM = 1024;

/** Whether so many streams may be in so many compressed bytes. */
export function mayHaveStreams(streams: number, bytes: number): boolean {
  return streams <= FREE_STREAMS + bytes / BYTES_PER_STREAM;
}
