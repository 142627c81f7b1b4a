;; Vectors lie in memory one behind the other: u, v and what is in between.
(module
  (import "print" "float" (func $print_float (param f64)))
  (memory 16)

  ;; An element of the infinite matrix.
  (func $a (param $i i64) (param $j i64) (result f64)
    (local $sum i64)
    (local.set $sum (i64.add (local.get $i) (local.get $j)))
    (f64.div
      (f64.const 1)
      (f64.convert_i64_s
        (i64.add
          (i64.add
            (i64.div_s
              (i64.mul (local.get $sum) (i64.add (local.get $sum) (i64.const 1)))
              (i64.const 2))
            (local.get $i))
          (i64.const 1)))))

  (func $at (param $vector i32) (param $index i64) (result i32)
    (i32.add (local.get $vector) (i32.shl (i32.wrap_i64 (local.get $index)) (i32.const 3))))

  (func $multiply_by_a (param $n i64) (param $from i32) (param $to i32)
    (local $i i64) (local $j i64) (local $sum f64)
    (loop $rows
      (local.set $sum (f64.const 0))
      (local.set $j (i64.const 0))
      (loop $columns
        (local.set $sum
          (f64.add
            (local.get $sum)
            (f64.mul
              (call $a (local.get $i) (local.get $j))
              (f64.load
                (i32.add
                  (local.get $from)
                  (i32.shl (i32.wrap_i64 (local.get $j)) (i32.const 3)))))))
        (local.set $j (i64.add (local.get $j) (i64.const 1)))
        (br_if $columns (i64.lt_s (local.get $j) (local.get $n))))
      (f64.store (call $at (local.get $to) (local.get $i)) (local.get $sum))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $rows (i64.lt_s (local.get $i) (local.get $n)))))

  (func $multiply_by_a_transposed (param $n i64) (param $from i32) (param $to i32)
    (local $i i64) (local $j i64) (local $sum f64)
    (loop $rows
      (local.set $sum (f64.const 0))
      (local.set $j (i64.const 0))
      (loop $columns
        (local.set $sum
          (f64.add
            (local.get $sum)
            (f64.mul
              (call $a (local.get $j) (local.get $i))
              (f64.load
                (i32.add
                  (local.get $from)
                  (i32.shl (i32.wrap_i64 (local.get $j)) (i32.const 3)))))))
        (local.set $j (i64.add (local.get $j) (i64.const 1)))
        (br_if $columns (i64.lt_s (local.get $j) (local.get $n))))
      (f64.store (call $at (local.get $to) (local.get $i)) (local.get $sum))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $rows (i64.lt_s (local.get $i) (local.get $n)))))

  (func (export "run") (param $n i64)
    (local $u i32) (local $v i32) (local $between i32)
    (local $i i64) (local $uv f64) (local $vv f64) (local $x f64)
    (local.set $v (call $at (local.get $u) (local.get $n)))
    (local.set $between (call $at (local.get $v) (local.get $n)))
    (loop $fill
      (f64.store (call $at (local.get $u) (local.get $i)) (f64.const 1))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $fill (i64.lt_s (local.get $i) (local.get $n))))
    (local.set $i (i64.const 0))
    (loop $rounds
      (call $multiply_by_a (local.get $n) (local.get $u) (local.get $between))
      (call $multiply_by_a_transposed (local.get $n) (local.get $between) (local.get $v))
      (call $multiply_by_a (local.get $n) (local.get $v) (local.get $between))
      (call $multiply_by_a_transposed (local.get $n) (local.get $between) (local.get $u))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $rounds (i64.lt_s (local.get $i) (i64.const 10))))
    (local.set $i (i64.const 0))
    (loop $products
      (local.set $x (f64.load (call $at (local.get $v) (local.get $i))))
      (local.set $uv
        (f64.add
          (local.get $uv)
          (f64.mul (f64.load (call $at (local.get $u) (local.get $i))) (local.get $x))))
      (local.set $vv (f64.add (local.get $vv) (f64.mul (local.get $x) (local.get $x))))
      (local.set $i (i64.add (local.get $i) (i64.const 1)))
      (br_if $products (i64.lt_s (local.get $i) (local.get $n))))
    (call $print_float (f64.sqrt (f64.div (local.get $uv) (local.get $vv))))))
