;; Three lists of 64-bit numbers lie in memory: the order, the rotations of each length, and what is turned around.
(module
  (import "print" "int" (func $print_int (param i64)))
  (memory 1)
  (global $order i32 (i32.const 0))
  (global $rotations i32 (i32.const 1024))
  (global $turned i32 (i32.const 2048))

  ;; How often the first has to turn around as many as it says until it is 0.
  (func $flips (result i64)
    (local $count i64) (local $low i32) (local $high i32) (local $first i64)
    (block $done
      (loop $turns
        (local.set $first (i64.load (global.get $turned)))
        (br_if $done (i64.eqz (local.get $first)))
        (local.set $low (global.get $turned))
        (local.set $high
          (i32.add (global.get $turned) (i32.shl (i32.wrap_i64 (local.get $first)) (i32.const 3))))
        (loop $swaps
          (local.set $first (i64.load (local.get $low)))
          (i64.store (local.get $low) (i64.load (local.get $high)))
          (i64.store (local.get $high) (local.get $first))
          (local.set $low (i32.add (local.get $low) (i32.const 8)))
          (local.set $high (i32.sub (local.get $high) (i32.const 8)))
          (br_if $swaps (i32.lt_u (local.get $low) (local.get $high))))
        (local.set $count (i64.add (local.get $count) (i64.const 1)))
        (br $turns)))
    (local.get $count))

  ;; Makes the next permutation; 0 if there is none.
  (func $permute (param $n i64) (result i32)
    (local $last i64) (local $first i64) (local $at i32) (local $end i32) (local $count i64)
    (local.set $last (i64.const 1))
    (loop $lengths
      (local.set $first (i64.load (global.get $order)))
      (local.set $at (global.get $order))
      (local.set $end (i32.add (local.get $at) (i32.shl (i32.wrap_i64 (local.get $last)) (i32.const 3))))
      (loop $elements
        (i64.store (local.get $at) (i64.load offset=8 (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $elements (i32.lt_u (local.get $at) (local.get $end))))
      (i64.store (local.get $end) (local.get $first))
      (local.set $at
        (i32.add (global.get $rotations) (i32.shl (i32.wrap_i64 (local.get $last)) (i32.const 3))))
      (local.set $count (i64.add (i64.load (local.get $at)) (i64.const 1)))
      (i64.store (local.get $at) (local.get $count))
      (if (i64.le_s (local.get $count) (local.get $last))
        (then (return (i32.const 1))))
      (i64.store (local.get $at) (i64.const 0))
      (local.set $last (i64.add (local.get $last) (i64.const 1)))
      (br_if $lengths (i64.lt_s (local.get $last) (local.get $n))))
    (i32.const 0))

  (func (export "run") (param $n i64)
    (local $checksum i64) (local $most i64) (local $sign i64) (local $count i64)
    (local $i i64) (local $at i32)
    (local.set $sign (i64.const 1))
    (loop $numbers
      (i64.store (local.get $at) (local.get $i))
      (local.set $at (i32.add (local.get $at) (i32.const 8)))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $numbers (i64.lt_s (local.get $i) (local.get $n))))
    (loop $permutations
      (local.set $at (i32.const 0))
      (loop $elements
        (i64.store offset=2048 (local.get $at) (i64.load (local.get $at)))
        (local.set $at (i32.add (local.get $at) (i32.const 8)))
        (br_if $elements (i32.lt_u (local.get $at) (i32.shl (i32.wrap_i64 (local.get $n)) (i32.const 3)))))
      (local.set $count (call $flips))
      (if (i64.gt_s (local.get $count) (local.get $most))
        (then (local.set $most (local.get $count))))
      (local.set $checksum
        (i64.add (local.get $checksum) (i64.mul (local.get $sign) (local.get $count))))
      (local.set $sign (i64.sub (i64.const 0) (local.get $sign)))
      (br_if $permutations (call $permute (local.get $n))))
    (call $print_int (local.get $checksum))
    (call $print_int (local.get $most))))
