;; A matrix is its rows in memory, one behind the other.
(module
  (import "print" "float" (func $print_float (param f64)))
  (memory 128)

  ;; The address of an element.
  (func $at (param $matrix i32) (param $n i32) (param $i i32) (param $j i32) (result i32)
    (i32.add
      (local.get $matrix)
      (i32.shl (i32.add (i32.mul (local.get $i) (local.get $n)) (local.get $j)) (i32.const 3))))

  (func $fill (param $matrix i32) (param $n i32) (param $scale f64)
    (local $i i32) (local $j i32)
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (f64.store
          (call $at (local.get $matrix) (local.get $n) (local.get $i) (local.get $j))
          (f64.mul
            (f64.mul
              (local.get $scale)
              (f64.convert_i32_s (i32.sub (local.get $i) (local.get $j))))
            (f64.convert_i32_s (i32.add (local.get $i) (local.get $j)))))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br_if $columns (i32.lt_s (local.get $j) (local.get $n))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_s (local.get $i) (local.get $n)))))

  (func $multiply (param $a i32) (param $b i32) (param $product i32) (param $n i32)
    (local $i i32) (local $j i32) (local $k i32) (local $sum f64)
    (loop $rows
      (local.set $j (i32.const 0))
      (loop $columns
        (local.set $sum (f64.const 0))
        (local.set $k (i32.const 0))
        (loop $products
          (local.set $sum
            (f64.add
              (local.get $sum)
              (f64.mul
                (f64.load
                  (i32.add
                    (local.get $a)
                    (i32.shl
                      (i32.add (i32.mul (local.get $i) (local.get $n)) (local.get $k))
                      (i32.const 3))))
                (f64.load
                  (i32.add
                    (local.get $b)
                    (i32.shl
                      (i32.add (i32.mul (local.get $k) (local.get $n)) (local.get $j))
                      (i32.const 3)))))))
          (local.set $k (i32.add (local.get $k) (i32.const 1)))
          (br_if $products (i32.lt_s (local.get $k) (local.get $n))))
        (f64.store
          (call $at (local.get $product) (local.get $n) (local.get $i) (local.get $j))
          (local.get $sum))
        (local.set $j (i32.add (local.get $j) (i32.const 1)))
        (br_if $columns (i32.lt_s (local.get $j) (local.get $n))))
      (local.set $i (i32.add (local.get $i) (i32.const 1)))
      (br_if $rows (i32.lt_s (local.get $i) (local.get $n)))))

  (func (export "run") (param $size i64)
    (local $n i32) (local $bytes i32) (local $b i32) (local $product i32) (local $scale f64)
    (local $middle i32)
    (local.set $n (i32.wrap_i64 (local.get $size)))
    (local.set $bytes (i32.shl (i32.mul (local.get $n) (local.get $n)) (i32.const 3)))
    (local.set $b (local.get $bytes))
    (local.set $product (i32.add (local.get $b) (local.get $bytes)))
    (local.set $scale
      (f64.div (f64.const 1) (f64.convert_i32_s (i32.mul (local.get $n) (local.get $n)))))
    (call $fill (i32.const 0) (local.get $n) (local.get $scale))
    (call $fill (local.get $b) (local.get $n) (local.get $scale))
    (call $multiply (i32.const 0) (local.get $b) (local.get $product) (local.get $n))
    (local.set $middle (i32.div_s (local.get $n) (i32.const 2)))
    (call $print_float
      (f64.load
        (call $at (local.get $product) (local.get $n) (local.get $middle) (local.get $middle))))
    (call $print_float
      (f64.load
        (call $at
          (local.get $product)
          (local.get $n)
          (i32.sub (local.get $n) (i32.const 1))
          (i32.const 0))))))
