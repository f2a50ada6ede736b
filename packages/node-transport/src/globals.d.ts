// What every engine this package runs on has, though the compiler's libraries tell only of browsers: as much of it as is used.

declare const WebAssembly: {
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object) => { readonly exports: object };
};
