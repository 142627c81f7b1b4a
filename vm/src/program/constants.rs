//! The constant area: objects that all agents of a program share.

use super::types::WellKnown;
use crate::bytecode::Constant;
use crate::layout::{CONSTANT_BIT, header, pack_bytes};

/// Each constant's slot, and the area that their references point into.
pub(super) fn lay_out(constants: &[Constant], well_known: WellKnown) -> (Vec<u64>, Vec<u64>) {
    let mut area = vec![0];
    let slots = constants
        .iter()
        .map(|constant| match constant {
            Constant::Int(value) => *value as u64,
            Constant::Float(bits) => *bits,
            Constant::Str(text) => {
                let head = [header(well_known.str, text.len() as u32), text.chars().count() as u64];
                push_object(&mut area, &head, text.as_bytes())
            }
            Constant::Bytes(bytes) => {
                push_object(&mut area, &[header(well_known.bytes, bytes.len() as u32)], bytes)
            }
        })
        .collect();
    (slots, area)
}

fn push_object(area: &mut Vec<u64>, head: &[u64], bytes: &[u8]) -> u64 {
    let slot = u64::from(CONSTANT_BIT | area.len() as u32);
    area.extend_from_slice(head);
    area.extend(bytes.chunks(8).map(pack_bytes));
    slot
}
