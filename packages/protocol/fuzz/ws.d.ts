// What the fuzz targets take from ws besides what test/ws.d.ts declares.

declare module 'ws' {
  export const extension: {
    parse(header: string): Readonly<Record<string, readonly Readonly<Record<string, readonly (string | true)[]>>[]>>;
  };
}
