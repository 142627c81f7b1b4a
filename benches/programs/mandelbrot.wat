(module
  (import "print" "int" (func $print_int (param i64)))
  (global $rounds i64 (i64.const 100))

  ;; How many rounds the point stays near the origin.
  (func $escape (param $cx f64) (param $cy f64) (result i64)
    (local $x f64) (local $y f64) (local $xx f64) (local $yy f64) (local $round i64)
    (loop $again
      (local.set $xx (f64.mul (local.get $x) (local.get $x)))
      (local.set $yy (f64.mul (local.get $y) (local.get $y)))
      (if (f64.gt (f64.add (local.get $xx) (local.get $yy)) (f64.const 4))
        (then (return (local.get $round))))
      (local.set $y
        (f64.add
          (f64.mul (f64.mul (f64.const 2) (local.get $x)) (local.get $y))
          (local.get $cy)))
      (local.set $x (f64.add (f64.sub (local.get $xx) (local.get $yy)) (local.get $cx)))
      (local.set $round (i64.add (local.get $round) (i64.const 1)))
      (br_if $again (i64.lt_s (local.get $round) (global.get $rounds))))
    (global.get $rounds))

  (func (export "run") (param $size i64)
    (local $row i64) (local $column i64) (local $cy f64) (local $total i64)
    (loop $rows
      (local.set $cy
        (f64.sub
          (f64.div
            (f64.mul (f64.const 2) (f64.convert_i64_s (local.get $row)))
            (f64.convert_i64_s (local.get $size)))
          (f64.const 1)))
      (local.set $column (i64.const 0))
      (loop $columns
        (local.set $total
          (i64.add
            (local.get $total)
            (call $escape
              (f64.sub
                (f64.div
                  (f64.mul (f64.const 3) (f64.convert_i64_s (local.get $column)))
                  (f64.convert_i64_s (local.get $size)))
                (f64.const 2))
              (local.get $cy))))
        (local.set $column (i64.add (local.get $column) (i64.const 1)))
        (br_if $columns (i64.lt_s (local.get $column) (local.get $size))))
      (local.set $row (i64.add (local.get $row) (i64.const 1)))
      (br_if $rows (i64.lt_s (local.get $row) (local.get $size))))
    (call $print_int (local.get $total))))
