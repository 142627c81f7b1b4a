//! Which registers are live at each block's end: from each read, backwards along every path to the writes.
//!
//! Each pair of block and register is visited at most once, and the budget bounds how many there are.

use super::Budget;
use super::access::Code;
use super::blocks::{Graph, group};
use crate::verify::Fault;

/// For each register, the blocks that read it before they write it, and the blocks that write it.
pub(super) struct Accesses {
    read_offsets: Vec<u32>,
    reads: Vec<u32>,
    write_offsets: Vec<u32>,
    writes: Vec<u32>,
}

impl Accesses {
    pub(super) fn new(function: &Code, graph: &Graph, registers: usize) -> Self {
        let (mut reads, mut writes) = (Vec::new(), Vec::new());
        // The last block, plus one, in which each register was read or written.
        let (mut read_in, mut written_in) = (vec![0_u32; registers], vec![0_u32; registers]);
        for block in 0..graph.len() {
            let stamp = block as u32 + 1;
            for pc in graph.words(block).filter(|pc| function.shape.is_start(*pc)) {
                function.for_each_use(pc, |register| {
                    let index = usize::from(register);
                    if written_in[index] != stamp && read_in[index] != stamp {
                        read_in[index] = stamp;
                        reads.push((u32::from(register), block as u32));
                    }
                });
                if let Some(register) = function.def(pc)
                    && written_in[usize::from(register)] != stamp
                {
                    written_in[usize::from(register)] = stamp;
                    writes.push((u32::from(register), block as u32));
                }
            }
        }
        let (read_offsets, reads) = group(registers, reads.iter().copied());
        let (write_offsets, writes) = group(registers, writes.iter().copied());
        Self { read_offsets, reads, write_offsets, writes }
    }

    fn registers(&self) -> usize {
        self.read_offsets.len() - 1
    }

    fn reads(&self, register: usize) -> &[u32] {
        &self.reads[self.read_offsets[register] as usize..self.read_offsets[register + 1] as usize]
    }

    fn writes(&self, register: usize) -> &[u32] {
        &self.writes[self.write_offsets[register] as usize..self.write_offsets[register + 1] as usize]
    }
}

/// The registers that are live at the end of each block, in ascending order.
pub(super) struct LiveOut {
    offsets: Vec<u32>,
    registers: Vec<u16>,
}

impl LiveOut {
    pub(super) fn of(&self, block: usize) -> &[u16] {
        &self.registers[self.offsets[block] as usize..self.offsets[block + 1] as usize]
    }
}

/// Explores every path. Registers below `given` are written before the entry.
pub(super) fn live_out(
    function: &Code,
    graph: &Graph,
    accesses: &Accesses,
    given: usize,
    budget: &mut Budget,
) -> Result<LiveOut, (Option<u32>, Fault)> {
    // The last register, plus one, that each block writes, that is live at its start, that is live at its end.
    let (mut written, mut live_in, mut live_out) =
        (vec![0_u32; graph.len()], vec![0_u32; graph.len()], vec![0_u32; graph.len()]);
    let mut found: Vec<(u32, u16)> = Vec::new();
    // Blocks at whose start the register is live, each with the block whose read makes it so.
    let mut pending: Vec<(u32, u32)> = Vec::new();
    for register in 0..accesses.registers() {
        let stamp = register as u32 + 1;
        accesses.writes(register).iter().for_each(|block| written[*block as usize] = stamp);
        for block in accesses.reads(register) {
            live_in[*block as usize] = stamp;
            pending.push((*block, *block));
        }
        while let Some((block, reader)) = pending.pop() {
            if block == 0 && register >= given {
                let pc = first_read(function, graph, reader as usize, register as u16);
                return Err((pc, Fault::Uninitialised { register: register as u32 }));
            }
            let predecessors = graph.predecessors(block as usize);
            budget.spend(predecessors.len())?;
            for from in predecessors {
                let index = *from as usize;
                if std::mem::replace(&mut live_out[index], stamp) != stamp {
                    found.push((*from, register as u16));
                    if written[index] != stamp && std::mem::replace(&mut live_in[index], stamp) != stamp {
                        pending.push((*from, reader));
                    }
                }
            }
        }
    }
    let (offsets, registers) = group(graph.len(), found.iter().copied());
    Ok(LiveOut { offsets, registers })
}

/// The first instruction of a block that reads the register.
fn first_read(function: &Code, graph: &Graph, block: usize, register: u16) -> Option<u32> {
    let mut reads = graph.words(block).filter(|pc| {
        let mut is_read = false;
        if function.shape.is_start(*pc) {
            function.for_each_use(*pc, |used| is_read |= used == register);
        }
        is_read
    });
    reads.next().map(|pc| pc as u32)
}
