//! A Rust program with Mob inside: a shop whose pricing rules are a script. The script calls the shop, is
//! stopped in the middle, becomes bytes, and goes on as another agent.
//!
//! `cargo run --example embed`

use std::error::Error;

use mvm::{Agent, Engine, Limits, Outcome};

const RULES: &str = r#"
extern "shop.price" fn price(item: Str) -> Result[Int, Str]

fn total(items: List[Str]) -> Result[Int, Str] {
  var sum = 0
  for item in items {
    sum += price(item)?
    print("{item} makes {sum}")
  }
  Ok(if sum > 1_000 { sum * 9 / 10 } else { sum })
}

fn main(items: List[Str]) -> Result[Int, Str] { total(items) }
"#;

pub(crate) fn main() -> Result<(), Box<dyn Error>> {
    let mut engine = Engine::new();
    engine.limits(Limits { heap_bytes: 1 << 20, ..Limits::default() });
    engine.register("shop.price", |item: String| match item.as_str() {
        "tea" => Ok(450),
        "kettle" => Ok(3_900),
        other => Err(format!("we have no {other}")),
    });

    let program = engine.compile("rules.mob", RULES)?;
    let mut agent = Agent::start(&program, &["tea", "kettle", "tea"])?;
    let mut moves = 0;
    while agent.run(30)? == Outcome::OutOfFuel {
        let snapshot = agent.snapshot()?;
        agent = Agent::restore(&program, &snapshot)?;
        moves += 1;
    }

    let total: Result<i64, String> = agent.result().ok_or("main returned something else")?;
    println!("total {:?}, {} units of fuel, {moves} snapshots on the way", total, agent.fuel_used());
    Ok(())
}
