//! Time against size as a picture: both on logarithmic scales, so that what grows linearly is as steep as the grey lines.

use std::fmt::Write;
use std::time::Duration;

use super::sizes::{Line, STEPS};

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 470.0;
/// Where the smallest and the largest size are.
const LEFT: f64 = 80.0;
const RIGHT: f64 = 460.0;
/// Where the longest and the shortest time are.
const TOP: f64 = 50.0;
const BOTTOM: f64 = HEIGHT - 50.0;
/// The powers of ten of a second at both ends.
const SHORTEST: i32 = -5;
const LONGEST: i32 = 1;
/// Colours that people tell apart who see few of them, after Okabe and Ito.
const COLOURS: [&str; 5] = ["#d55e00", "#000000", "#0072b2", "#e69f00", "#009e73"];
const TIMES: [&str; 7] = ["10 µs", "100 µs", "1 ms", "10 ms", "100 ms", "1 s", "10 s"];
const SIZES: [&str; STEPS] = ["× 1", "× 10", "× 100", "× 1000"];

/// The chart as a text of SVG.
pub(crate) fn render(lines: &[Line]) -> String {
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" \
         height=\"{HEIGHT}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n\
         <text x=\"10\" y=\"20\">CPU time against size; as steep as the grey lines is linear</text>\n"
    );
    grid(&mut svg);
    for (line, colour) in lines.iter().zip(COLOURS) {
        curve(&mut svg, line, colour);
    }
    legend(&mut svg, lines);
    svg.push_str("</svg>\n");
    svg
}

/// Where a size is that is the first one multiplied by ten so often.
fn x(step: usize) -> f64 {
    LEFT + (RIGHT - LEFT) * step as f64 / (STEPS - 1) as f64
}

fn y(exponent: f64) -> f64 {
    let part = (exponent - f64::from(SHORTEST)) / f64::from(LONGEST - SHORTEST);
    BOTTOM - (BOTTOM - TOP) * part
}

fn y_of(time: Duration) -> f64 {
    y(time.as_secs_f64().log10())
}

fn grid(svg: &mut String) {
    for (exponent, name) in (SHORTEST..=LONGEST).zip(TIMES) {
        let y = y(f64::from(exponent));
        let _ = writeln!(svg, "<path d=\"M{LEFT} {y:.1}H{RIGHT}\" stroke=\"#eeeeee\"/>");
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{name}</text>",
            LEFT - 10.0,
            y + 4.0
        );
    }
    for (step, name) in SIZES.iter().enumerate() {
        let x = x(step);
        let _ = writeln!(svg, "<path d=\"M{x:.1} {TOP}V{BOTTOM}\" stroke=\"#eeeeee\"/>");
        let _ =
            writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{name}</text>", BOTTOM + 20.0);
    }
    for exponent in SHORTEST..=LONGEST + 1 - STEPS as i32 {
        let (from, to) = (y(f64::from(exponent)), y(f64::from(exponent + STEPS as i32 - 1)));
        let _ = writeln!(svg, "<path d=\"M{LEFT} {from:.1}L{RIGHT} {to:.1}\" stroke=\"#cccccc\"/>");
    }
}

fn curve(svg: &mut String, line: &Line, colour: &str) {
    let points = || line.times.iter().enumerate().map(|(step, time)| (x(step), y_of(*time)));
    let path: Vec<String> = points().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
    let _ = writeln!(
        svg,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>",
        path.join(" ")
    );
    for ((x, y), time) in points().zip(line.times) {
        let title = super::table::milliseconds(time);
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{colour}\"><title>{title:.3} ms</title></circle>"
        );
    }
}

/// What each line is, and which sizes it has.
fn legend(svg: &mut String, lines: &[Line]) {
    let left = RIGHT + 30.0;
    for (n, (line, colour)) in lines.iter().zip(COLOURS).enumerate() {
        let y = TOP + 20.0 + 48.0 * n as f64;
        let last = line.first * 10_usize.pow(STEPS as u32 - 1);
        let _ = writeln!(svg, "<circle cx=\"{left}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"{}\">{}</text>", left + 12.0, y + 4.0, line.name);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" font-size=\"11\" fill=\"#555555\">{} to {last} {}</text>",
            left + 12.0,
            y + 20.0,
            line.first,
            line.unit
        );
    }
}
