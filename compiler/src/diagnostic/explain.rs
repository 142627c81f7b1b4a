//! What each code means, at length, with a program that is wrong and the same program mended.
//!
//! The texts are Markdown files, one a code, in `explanations/`: what it means, a wrong program and a right one.

use super::Code;

/// The explanation of a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Explanation {
    /// The code.
    pub code: Code,
    /// All of the text, Markdown, without a heading.
    pub text: &'static str,
}

impl Code {
    /// The code's explanation.
    #[must_use]
    pub fn explanation(self) -> Explanation {
        Explanation { code: self, text: self.explanation_text() }
    }
}

impl Explanation {
    /// The program that is wrong in this way; none where it would be too large to be read.
    #[must_use]
    pub fn wrong(self) -> Option<&'static str> {
        match self.programs().as_slice() {
            [wrong, _] => Some(wrong),
            _ => None,
        }
    }

    /// The program mended.
    #[must_use]
    pub fn right(self) -> Option<&'static str> {
        self.programs().last().copied()
    }

    /// The programs in the text: what stands between fences of Mob.
    fn programs(self) -> Vec<&'static str> {
        let blocks = self.text.split("```mob\n").skip(1);
        blocks.filter_map(|block| block.split_once("```").map(|(program, _)| program)).collect()
    }
}
