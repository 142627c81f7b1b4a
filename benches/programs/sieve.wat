;; One byte of memory for each number.
(module
  (import "print" "int" (func $print_int (param i64)))
  (memory 64)

  (func $primes_below (param $limit i32) (result i64)
    (local $n i32) (local $multiple i32) (local $count i64)
    (memory.fill (i32.const 0) (i32.const 0) (local.get $limit))
    (local.set $n (i32.const 2))
    (loop $numbers
      (if (i32.eqz (i32.load8_u (local.get $n)))
        (then
          (local.set $count (i64.add (local.get $count) (i64.const 1)))
          (local.set $multiple (i32.mul (local.get $n) (local.get $n)))
          (if (i32.lt_u (local.get $n) (i32.const 65536))
            (then
              (block $done
                (br_if $done (i32.ge_u (local.get $multiple) (local.get $limit)))
                (loop $multiples
                  (i32.store8 (local.get $multiple) (i32.const 1))
                  (local.set $multiple (i32.add (local.get $multiple) (local.get $n)))
                  (br_if $multiples (i32.lt_u (local.get $multiple) (local.get $limit)))))))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br_if $numbers (i32.lt_u (local.get $n) (local.get $limit))))
    (local.get $count))

  (func (export "run") (param $limit i64)
    (local $round i32) (local $total i64)
    (loop $rounds
      (local.set $total
        (i64.add (local.get $total) (call $primes_below (i32.wrap_i64 (local.get $limit)))))
      (local.set $round (i32.add (local.get $round) (i32.const 1)))
      (br_if $rounds (i32.lt_u (local.get $round) (i32.const 10))))
    (call $print_int (local.get $total))))
