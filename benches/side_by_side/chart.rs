//! The ratios as a picture: a line a program, and a dot an engine on a logarithmic scale.

use std::fmt::Write;

use super::engine::REFERENCE;
use super::results::{MEANS, Results};

const WIDTH: f64 = 760.0;
/// Where the scale begins and ends.
const LEFT: f64 = 130.0;
const RIGHT: f64 = WIDTH - 30.0;
/// Where the first program's line is, under the legend.
const TOP: f64 = 64.0;
const LINE_HEIGHT: f64 = 24.0;
/// Colours that people tell apart who see few of them, after Okabe and Ito; one for each engine.
const COLOURS: [&str; 5] = ["#d55e00", "#000000", "#0072b2", "#e69f00", "#009e73"];
/// The ratios that have a line of the grid.
const GRID: [f64; 8] = [0.125, 0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0];

/// A line of the picture: its name, and a ratio for each engine.
struct Dots {
    name: String,
    ratios: Vec<Option<f64>>,
    is_mean: bool,
}

/// The chart as a text of SVG.
pub(crate) fn render(results: &Results) -> String {
    let lines = lines(results);
    let scale = Scale::over(&lines);
    let height = TOP + LINE_HEIGHT * lines.len() as f64 + 30.0;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" \
         height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n\
         <rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>\n"
    );
    legend(&mut svg, results);
    grid(&mut svg, scale, height - 30.0);
    for (n, line) in lines.iter().enumerate() {
        dots(&mut svg, scale, line, TOP + LINE_HEIGHT * (n as f64 + 0.5));
    }
    svg.push_str("</svg>\n");
    svg
}

fn lines(results: &Results) -> Vec<Dots> {
    let engines = 0..results.engines.len();
    let programs = results.rows.iter().map(|row| Dots {
        name: row.program.name.replace('_', " "),
        ratios: engines.clone().map(|engine| results.ratio(row, engine)).collect(),
        is_mean: false,
    });
    let means = MEANS.iter().map(|(name, kind)| Dots {
        name: format!("mean, {name}"),
        ratios: engines.clone().map(|engine| results.mean(*kind, engine)).collect(),
        is_mean: true,
    });
    programs.chain(means).collect()
}

/// The ratios at both ends of the picture, which are lines of the grid.
#[derive(Clone, Copy)]
struct Scale {
    least: f64,
    most: f64,
}

impl Scale {
    fn over(lines: &[Dots]) -> Self {
        let ratios = || lines.iter().flat_map(|line| line.ratios.iter().flatten().copied());
        let least = GRID.iter().rev().find(|at| ratios().all(|ratio| ratio >= **at));
        let most = GRID.iter().find(|at| ratios().all(|ratio| ratio <= **at));
        Self { least: *least.unwrap_or(&GRID[0]), most: *most.unwrap_or(&GRID[GRID.len() - 1]) }
    }

    fn x(self, ratio: f64) -> f64 {
        let part = (ratio / self.least).ln() / (self.most / self.least).ln();
        LEFT + (RIGHT - LEFT) * part.clamp(0.0, 1.0)
    }
}

fn legend(svg: &mut String, results: &Results) {
    let _ = writeln!(
        svg,
        "<text x=\"10\" y=\"20\">User CPU time in parts of {REFERENCE}'s; further left is faster</text>"
    );
    for (n, (name, colour)) in results.engines.iter().zip(COLOURS).enumerate() {
        let x = LEFT + 120.0 * n as f64;
        let _ = writeln!(svg, "<circle cx=\"{x}\" cy=\"40\" r=\"5\" fill=\"{colour}\"/>");
        let _ = writeln!(svg, "<text x=\"{}\" y=\"44\">{name}</text>", x + 10.0);
    }
}

fn grid(svg: &mut String, scale: Scale, bottom: f64) {
    for ratio in GRID.into_iter().filter(|ratio| (scale.least..=scale.most).contains(ratio)) {
        let x = scale.x(ratio);
        let colour = if ratio == 1.0 { "#000000" } else { "#cccccc" };
        let _ = writeln!(svg, "<path d=\"M{x:.1} {TOP}V{bottom}\" stroke=\"{colour}\" stroke-width=\"1\"/>");
        let _ =
            writeln!(svg, "<text x=\"{x:.1}\" y=\"{}\" text-anchor=\"middle\">{ratio}</text>", bottom + 18.0);
    }
}

fn dots(svg: &mut String, scale: Scale, line: &Dots, y: f64) {
    let weight = if line.is_mean { " font-weight=\"bold\"" } else { "" };
    let _ = writeln!(
        svg,
        "<text x=\"{}\" y=\"{}\" text-anchor=\"end\"{weight}>{}</text>",
        LEFT - 14.0,
        y + 4.0,
        line.name
    );
    let _ = writeln!(svg, "<path d=\"M{LEFT} {y}H{RIGHT}\" stroke=\"#eeeeee\" stroke-width=\"1\"/>");
    // The first engine is what the picture is about: it is drawn last, over the others.
    for (ratio, colour) in line.ratios.iter().zip(COLOURS).rev() {
        let Some(ratio) = ratio else { continue };
        let x = scale.x(*ratio);
        let _ = writeln!(
            svg,
            "<circle cx=\"{x:.1}\" cy=\"{y}\" r=\"5\" fill=\"{colour}\"><title>{ratio:.2}</title></circle>"
        );
    }
}
