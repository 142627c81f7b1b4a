//! A function's basic blocks, and from which blocks each is entered.

use super::access::Code;
use crate::bytecode::{Op, Role};
use crate::verify::goes_on;

/// Basic blocks in the order of the code. Block 0 holds the function's entry.
pub(super) struct Graph {
    /// The first word of each block, and the code's length.
    starts: Vec<u32>,
    /// Where each block's predecessors begin in `predecessors`.
    offsets: Vec<u32>,
    predecessors: Vec<u32>,
}

impl Graph {
    pub(super) fn new(function: &Code) -> Self {
        let starts = block_starts(function);
        let block_at = |pc: u32| starts.partition_point(|start| *start <= pc) as u32 - 1;
        let mut edges = Vec::new();
        for (from, target) in function.shape.jumps() {
            edges.push((block_at(*from), block_at(*target)));
        }
        for (from, count) in function.shape.switches() {
            let first = block_at(*from) + 1;
            edges.extend((first..first + count).map(|to| (block_at(*from), to)));
        }
        for (block, range) in (0_u32..).zip(starts.windows(2)) {
            let last = last_instruction(function, range[0], range[1]);
            if goes_on(function.op(last)) {
                edges.push((block, block + 1));
            }
        }
        let blocks = starts.len() - 1;
        let (offsets, predecessors) = group(blocks, edges.iter().map(|(from, to)| (*to, *from)));
        Self { starts, offsets, predecessors }
    }

    /// How many blocks there are.
    pub(super) fn len(&self) -> usize {
        self.starts.len() - 1
    }

    /// The words of a block.
    pub(super) fn words(&self, block: usize) -> std::ops::Range<usize> {
        self.starts[block] as usize..self.starts[block + 1] as usize
    }

    /// The blocks from which this one is entered; one may stand there more than once.
    pub(super) fn predecessors(&self, block: usize) -> &[u32] {
        &self.predecessors[self.offsets[block] as usize..self.offsets[block + 1] as usize]
    }
}

fn block_starts(function: &Code) -> Vec<u32> {
    let mut starts = vec![0];
    let mut ended = false;
    for pc in (0..function.code.len()).filter(|pc| function.shape.is_start(*pc)) {
        if pc > 0 && (ended || function.shape.is_target(pc)) {
            starts.push(pc as u32);
        }
        ended = ends_block(function.op(pc));
    }
    starts.push(function.code.len() as u32);
    starts
}

fn ends_block(op: Op) -> bool {
    op.info().operands.iter().any(|operand| operand.role == Role::Jump) || !goes_on(op)
}

fn last_instruction(function: &Code, start: u32, end: u32) -> usize {
    (start as usize..end as usize).rev().find(|pc| function.shape.is_start(*pc)).unwrap_or(start as usize)
}

/// Sorts pairs by their first number, which is below `groups`, keeping the order of those that share it. Gives where
/// each group begins, and the second numbers.
pub(super) fn group<T: Copy + Default>(
    groups: usize,
    pairs: impl Iterator<Item = (u32, T)> + Clone,
) -> (Vec<u32>, Vec<T>) {
    let mut offsets = vec![0_u32; groups + 1];
    let mut total = 0;
    for (key, _) in pairs.clone() {
        offsets[key as usize + 1] += 1;
        total += 1;
    }
    for index in 0..groups {
        offsets[index + 1] += offsets[index];
    }
    let mut next = offsets.clone();
    let mut values = vec![T::default(); total];
    for (key, value) in pairs {
        values[next[key as usize] as usize] = value;
        next[key as usize] += 1;
    }
    (offsets, values)
}
