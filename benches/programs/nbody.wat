;; A body is seven doubles in memory: its place (0, 8, 16), its velocity (24, 32, 40) and its mass (48).
(module
  (import "print" "float" (func $print_float (param f64)))
  (memory 1)
  (global $size i32 (i32.const 56))
  (global $end i32 (i32.const 280))
  (global $solar_mass f64 (f64.const 39.47841760435743))
  (global $days_per_year f64 (f64.const 365.24))

  ;; A planet, its velocity in days and its mass in those of the sun.
  (func $planet (param $at i32)
      (param $x f64) (param $y f64) (param $z f64)
      (param $vx f64) (param $vy f64) (param $vz f64) (param $mass f64)
    (f64.store (local.get $at) (local.get $x))
    (f64.store offset=8 (local.get $at) (local.get $y))
    (f64.store offset=16 (local.get $at) (local.get $z))
    (f64.store offset=24 (local.get $at) (f64.mul (local.get $vx) (global.get $days_per_year)))
    (f64.store offset=32 (local.get $at) (f64.mul (local.get $vy) (global.get $days_per_year)))
    (f64.store offset=40 (local.get $at) (f64.mul (local.get $vz) (global.get $days_per_year)))
    (f64.store offset=48 (local.get $at) (f64.mul (local.get $mass) (global.get $solar_mass))))

  (func $solar_system
    (local $body i32)
    (call $planet (i32.const 0)
      (f64.const 0) (f64.const 0) (f64.const 0)
      (f64.const 0) (f64.const 0) (f64.const 0) (f64.const 1))
    (call $planet (i32.const 56)
      (f64.const 4.84143144246472090e+00) (f64.const -1.16032004402742839e+00) (f64.const -1.03622044471123109e-01)
      (f64.const 1.66007664274403694e-03) (f64.const 7.69901118419740425e-03) (f64.const -6.90460016972063023e-05)
      (f64.const 9.54791938424326609e-04))
    (call $planet (i32.const 112)
      (f64.const 8.34336671824457987e+00) (f64.const 4.12479856412430479e+00) (f64.const -4.03523417114321381e-01)
      (f64.const -2.76742510726411411e-03) (f64.const 4.99852801234917238e-03) (f64.const 2.30417297573763929e-05)
      (f64.const 2.85885980666130812e-04))
    (call $planet (i32.const 168)
      (f64.const 1.28943695621391310e+01) (f64.const -1.51111514016986312e+01) (f64.const -2.23307578892655734e-01)
      (f64.const 2.96460137564761618e-03) (f64.const 2.37847173959480950e-03) (f64.const -2.96589568540237556e-05)
      (f64.const 4.36624404335156298e-05))
    (call $planet (i32.const 224)
      (f64.const 1.53796971148509165e+01) (f64.const -2.59193146099879641e+01) (f64.const 1.79258772950371181e-01)
      (f64.const 2.68067772490389322e-03) (f64.const 1.62824170038242295e-03) (f64.const -9.51592254519715870e-05)
      (f64.const 5.15138902046611451e-05))
    (loop $bodies
      (f64.store (i32.const 24)
        (f64.sub (f64.load (i32.const 24))
          (f64.div
            (f64.mul (f64.load offset=24 (local.get $body)) (f64.load offset=48 (local.get $body)))
            (global.get $solar_mass))))
      (f64.store (i32.const 32)
        (f64.sub (f64.load (i32.const 32))
          (f64.div
            (f64.mul (f64.load offset=32 (local.get $body)) (f64.load offset=48 (local.get $body)))
            (global.get $solar_mass))))
      (f64.store (i32.const 40)
        (f64.sub (f64.load (i32.const 40))
          (f64.div
            (f64.mul (f64.load offset=40 (local.get $body)) (f64.load offset=48 (local.get $body)))
            (global.get $solar_mass))))
      (local.set $body (i32.add (local.get $body) (global.get $size)))
      (br_if $bodies (i32.lt_u (local.get $body) (global.get $end)))))

  (func $advance (param $dt f64)
    (local $a i32) (local $b i32)
    (local $dx f64) (local $dy f64) (local $dz f64) (local $squared f64) (local $magnitude f64)
    (local $by_a f64) (local $by_b f64)
    (loop $bodies
      (local.set $b (i32.add (local.get $a) (global.get $size)))
      (block $last
        (br_if $last (i32.ge_u (local.get $b) (global.get $end)))
        (loop $others
          (local.set $dx (f64.sub (f64.load (local.get $a)) (f64.load (local.get $b))))
          (local.set $dy (f64.sub (f64.load offset=8 (local.get $a)) (f64.load offset=8 (local.get $b))))
          (local.set $dz (f64.sub (f64.load offset=16 (local.get $a)) (f64.load offset=16 (local.get $b))))
          (local.set $squared
            (f64.add
              (f64.add
                (f64.mul (local.get $dx) (local.get $dx))
                (f64.mul (local.get $dy) (local.get $dy)))
              (f64.mul (local.get $dz) (local.get $dz))))
          (local.set $magnitude
            (f64.div
              (local.get $dt)
              (f64.mul (local.get $squared) (f64.sqrt (local.get $squared)))))
          (local.set $by_b (f64.load offset=48 (local.get $b)))
          (local.set $by_a (f64.load offset=48 (local.get $a)))
          (f64.store offset=24 (local.get $a)
            (f64.sub (f64.load offset=24 (local.get $a))
              (f64.mul (f64.mul (local.get $dx) (local.get $by_b)) (local.get $magnitude))))
          (f64.store offset=32 (local.get $a)
            (f64.sub (f64.load offset=32 (local.get $a))
              (f64.mul (f64.mul (local.get $dy) (local.get $by_b)) (local.get $magnitude))))
          (f64.store offset=40 (local.get $a)
            (f64.sub (f64.load offset=40 (local.get $a))
              (f64.mul (f64.mul (local.get $dz) (local.get $by_b)) (local.get $magnitude))))
          (f64.store offset=24 (local.get $b)
            (f64.add (f64.load offset=24 (local.get $b))
              (f64.mul (f64.mul (local.get $dx) (local.get $by_a)) (local.get $magnitude))))
          (f64.store offset=32 (local.get $b)
            (f64.add (f64.load offset=32 (local.get $b))
              (f64.mul (f64.mul (local.get $dy) (local.get $by_a)) (local.get $magnitude))))
          (f64.store offset=40 (local.get $b)
            (f64.add (f64.load offset=40 (local.get $b))
              (f64.mul (f64.mul (local.get $dz) (local.get $by_a)) (local.get $magnitude))))
          (local.set $b (i32.add (local.get $b) (global.get $size)))
          (br_if $others (i32.lt_u (local.get $b) (global.get $end)))))
      (local.set $a (i32.add (local.get $a) (global.get $size)))
      (br_if $bodies (i32.lt_u (local.get $a) (global.get $end))))
    (local.set $a (i32.const 0))
    (loop $moves
      (f64.store (local.get $a)
        (f64.add (f64.load (local.get $a))
          (f64.mul (local.get $dt) (f64.load offset=24 (local.get $a)))))
      (f64.store offset=8 (local.get $a)
        (f64.add (f64.load offset=8 (local.get $a))
          (f64.mul (local.get $dt) (f64.load offset=32 (local.get $a)))))
      (f64.store offset=16 (local.get $a)
        (f64.add (f64.load offset=16 (local.get $a))
          (f64.mul (local.get $dt) (f64.load offset=40 (local.get $a)))))
      (local.set $a (i32.add (local.get $a) (global.get $size)))
      (br_if $moves (i32.lt_u (local.get $a) (global.get $end)))))

  (func $energy (result f64)
    (local $a i32) (local $b i32) (local $total f64)
    (local $x f64) (local $y f64) (local $z f64)
    (loop $bodies
      (local.set $x (f64.load offset=24 (local.get $a)))
      (local.set $y (f64.load offset=32 (local.get $a)))
      (local.set $z (f64.load offset=40 (local.get $a)))
      (local.set $total
        (f64.add
          (local.get $total)
          (f64.mul
            (f64.mul (f64.const 0.5) (f64.load offset=48 (local.get $a)))
            (f64.add
              (f64.add
                (f64.mul (local.get $x) (local.get $x))
                (f64.mul (local.get $y) (local.get $y)))
              (f64.mul (local.get $z) (local.get $z))))))
      (local.set $b (i32.add (local.get $a) (global.get $size)))
      (block $last
        (br_if $last (i32.ge_u (local.get $b) (global.get $end)))
        (loop $others
          (local.set $x (f64.sub (f64.load (local.get $a)) (f64.load (local.get $b))))
          (local.set $y (f64.sub (f64.load offset=8 (local.get $a)) (f64.load offset=8 (local.get $b))))
          (local.set $z (f64.sub (f64.load offset=16 (local.get $a)) (f64.load offset=16 (local.get $b))))
          (local.set $total
            (f64.sub
              (local.get $total)
              (f64.div
                (f64.mul (f64.load offset=48 (local.get $a)) (f64.load offset=48 (local.get $b)))
                (f64.sqrt
                  (f64.add
                    (f64.add
                      (f64.mul (local.get $x) (local.get $x))
                      (f64.mul (local.get $y) (local.get $y)))
                    (f64.mul (local.get $z) (local.get $z)))))))
          (local.set $b (i32.add (local.get $b) (global.get $size)))
          (br_if $others (i32.lt_u (local.get $b) (global.get $end)))))
      (local.set $a (i32.add (local.get $a) (global.get $size)))
      (br_if $bodies (i32.lt_u (local.get $a) (global.get $end))))
    (local.get $total))

  (func (export "run") (param $steps i64)
    (call $solar_system)
    (call $print_float (call $energy))
    (block $none
      (br_if $none (i64.eqz (local.get $steps)))
      (loop $again
        (call $advance (f64.const 0.01))
        (local.set $steps (i64.sub (local.get $steps) (i64.const 1)))
        (br_if $again (i64.gt_s (local.get $steps) (i64.const 0)))))
    (call $print_float (call $energy))))
