;; A board is three lists of bytes in memory: the columns, and the diagonals that rise and that fall.
(module
  (import "print" "int" (func $print_int (param i64)))
  (memory 1)
  (global $columns i32 (i32.const 0))
  (global $rising i32 (i32.const 1024))
  (global $falling i32 (i32.const 2048))

  ;; In how many ways queens can stand in this row and all below it.
  (func $place (param $size i32) (param $row i32) (result i64)
    (local $ways i64) (local $column i32) (local $up i32) (local $down i32)
    (if (i32.eq (local.get $row) (local.get $size))
      (then (return (i64.const 1))))
    (loop $next
      (local.set $up (i32.add (local.get $row) (local.get $column)))
      (local.set $down
        (i32.sub
          (i32.add (i32.sub (local.get $row) (local.get $column)) (local.get $size))
          (i32.const 1)))
      (block $taken
        (br_if $taken (i32.load8_u (i32.add (global.get $columns) (local.get $column))))
        (br_if $taken (i32.load8_u (i32.add (global.get $rising) (local.get $up))))
        (br_if $taken (i32.load8_u (i32.add (global.get $falling) (local.get $down))))
        (i32.store8 (i32.add (global.get $columns) (local.get $column)) (i32.const 1))
        (i32.store8 (i32.add (global.get $rising) (local.get $up)) (i32.const 1))
        (i32.store8 (i32.add (global.get $falling) (local.get $down)) (i32.const 1))
        (local.set $ways
          (i64.add
            (local.get $ways)
            (call $place (local.get $size) (i32.add (local.get $row) (i32.const 1)))))
        (i32.store8 (i32.add (global.get $columns) (local.get $column)) (i32.const 0))
        (i32.store8 (i32.add (global.get $rising) (local.get $up)) (i32.const 0))
        (i32.store8 (i32.add (global.get $falling) (local.get $down)) (i32.const 0)))
      (local.set $column (i32.add (local.get $column) (i32.const 1)))
      (br_if $next (i32.lt_s (local.get $column) (local.get $size))))
    (local.get $ways))

  (func (export "run") (param $n i64)
    (call $print_int (call $place (i32.wrap_i64 (local.get $n)) (i32.const 0)))))
