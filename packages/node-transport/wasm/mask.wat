;; Masking (RFC 6455, section 5.3) by 128-bit words, for V8. A WebAssembly module cannot see a JavaScript buffer, so src/mask-kernel.ts
;; copies a block of the payload to the beginning of this memory, has it masked here, and copies it to where it belongs.
;;
;; `pnpm --filter @framewire/node-transport wasm` makes src/mask-module.ts of this file; test/mask-module.test.ts makes sure that it did.

(module
  ;; One page, 64 KiB: far more than a block, so that rounding its length up to a whole step never leaves the memory.
  (memory (export "memory") 1 1)

  ;; XORs the bytes [0, length) with the key: its four bytes in memory order, the one for byte 0 lowest. What lies behind them, up to a
  ;; multiple of 64, may change too. The length must be above 0.
  (func (export "mask") (param $length i32) (param $key i32)
    (local $at i32)
    (local $keys v128)
    ;; The key four times: 16 is a multiple of 4, so it fits each 16 bytes alike.
    (local.set $keys (i32x4.splat (local.get $key)))
    (loop $step
      ;; 64 bytes a step: the loop itself then costs next to nothing.
      (v128.store (local.get $at)
        (v128.xor (v128.load (local.get $at)) (local.get $keys)))
      (v128.store offset=16 (local.get $at)
        (v128.xor (v128.load offset=16 (local.get $at)) (local.get $keys)))
      (v128.store offset=32 (local.get $at)
        (v128.xor (v128.load offset=32 (local.get $at)) (local.get $keys)))
      (v128.store offset=48 (local.get $at)
        (v128.xor (v128.load offset=48 (local.get $at)) (local.get $keys)))
      (local.set $at (i32.add (local.get $at) (i32.const 64)))
      (br_if $step (i32.lt_u (local.get $at) (local.get $length))))))
