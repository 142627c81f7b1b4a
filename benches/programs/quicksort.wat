;; The list is 64-bit numbers from the beginning of memory on.
(module
  (import "print" "int" (func $print_int (param i64)))
  (memory 256)

  (func $at (param $index i64) (result i32)
    (i32.shl (i32.wrap_i64 (local.get $index)) (i32.const 3)))

  (func $swap (param $i i64) (param $j i64)
    (local $x i64)
    (local.set $x (i64.load (i32.shl (i32.wrap_i64 (local.get $i)) (i32.const 3))))
    (i64.store
      (i32.shl (i32.wrap_i64 (local.get $i)) (i32.const 3))
      (i64.load (i32.shl (i32.wrap_i64 (local.get $j)) (i32.const 3))))
    (i64.store (i32.shl (i32.wrap_i64 (local.get $j)) (i32.const 3)) (local.get $x)))

  ;; Sorts what is from index `low` to index `high`.
  (func $quicksort (param $low i64) (param $high i64)
    (local $pivot i64) (local $next i64) (local $i i64)
    (if (i64.ge_s (local.get $low) (local.get $high))
      (then (return)))
    (local.set $pivot (i64.load (i32.shl (i32.wrap_i64 (local.get $high)) (i32.const 3))))
    (local.set $next (local.get $low))
    (local.set $i (local.get $low))
    (loop $elements
      (if (i64.lt_s (i64.load (i32.shl (i32.wrap_i64 (local.get $i)) (i32.const 3))) (local.get $pivot))
        (then
          (call $swap (local.get $i) (local.get $next))
          (local.set $next (i64.add (local.get $next) (i64.const 1)))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $elements (i64.lt_s (local.get $i) (local.get $high))))
    (call $swap (local.get $next) (local.get $high))
    (call $quicksort (local.get $low) (i64.sub (local.get $next) (i64.const 1)))
    (call $quicksort (i64.add (local.get $next) (i64.const 1)) (local.get $high)))

  (func (export "run") (param $n i64)
    (local $seed i64) (local $i i64)
    (local.set $seed (i64.const 42))
    (loop $numbers
      (local.set $seed
        (i64.rem_s (i64.mul (local.get $seed) (i64.const 16807)) (i64.const 2147483647)))
      (i64.store (call $at (local.get $i)) (local.get $seed))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $numbers (i64.lt_s (local.get $i) (local.get $n))))
    (call $quicksort (i64.const 0) (i64.sub (local.get $n) (i64.const 1)))
    (local.set $i (i64.const 1))
    (loop $check
      (if (i64.gt_s
            (i64.load (call $at (i64.sub (local.get $i) (i64.const 1))))
            (i64.load (call $at (local.get $i))))
        (then unreachable))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $check (i64.lt_s (local.get $i) (local.get $n))))
    (call $print_int (i64.load (i32.const 0)))
    (call $print_int (i64.load (call $at (i64.div_s (local.get $n) (i64.const 2)))))
    (call $print_int (i64.load (call $at (i64.sub (local.get $n) (i64.const 1)))))))
