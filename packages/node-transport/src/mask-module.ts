// Made from wasm/mask.wat by `pnpm --filter @framewire/node-transport wasm`: change that, not this.

/** A WebAssembly module, in base64. */
export const MASK_MODULE: string =
  'AGFzbQEAAAABBgFgAn9/AAMCAQAFBAEBAQEHEQIGbWVtb3J5AgAEbWFzawAACmABXgIBfwF7IAH9ESEDA0AgAiAC/QAEACAD/VH9CwQAIAIgAv0ABBAgA/1R/QsEECACIAL9AAQgIAP9Uf0LBCAgAiAC/QAEMCAD/VH9CwQwIAJBwABqIQIgAiAASQ0ACws=';
