//! How one instruction follows the other.
//!
//! Where calls in tail position are sure to be jumps, each instruction is a function that ends with a call of the next
//! one's: the interpreter's registers are its arguments, so they stay in the machine's, and each instruction is compiled
//! by itself. A loop over one large match does the same elsewhere. `docs/performance.md` says what that bought.

/// Defines `steps`, with a function for each instruction, from the list of what each does. It sees the interpreter's
/// registers and its operands under the names given first, and leaves with `?`.
macro_rules! instructions {
    ($machine:ident, $i:ident; $($op:ident => $does:expr,)*) => {
        /// What each instruction does.
        #[allow(non_snake_case, reason = "functions are named for their opcodes")]
        mod steps {
            use super::*;

            $(
                #[inline(always)]
                #[allow(unused_variables, reason = "not all instructions have operands")]
                pub(super) unsafe fn $op($machine: &mut Machine, $i: Operands) -> Result<(), Left> {
                    // SAFETY: see `machine`.
                    Ok(unsafe { $does })
                }
            )*
        }

        with_sequences!(dispatch! { [$($op)*] });
    };
}

/// Defines `run`, which executes instructions until they are left, from their names and the list of sequences.
macro_rules! dispatch {
    ([$($op:ident)*] $($sequence:ident = $first:ident $(, $next:ident($given:ident))+;)*) => {
        /// What each sequence does.
        #[allow(non_snake_case, reason = "functions are named for their sequences")]
        mod sequences {
            use super::*;

            $(
                #[inline(always)]
                pub(super) unsafe fn $sequence(machine: &mut Machine, first: Operands) -> Result<(), Left> {
                    // SAFETY: see `machine`. These instructions stand here, or the word would not have this opcode.
                    unsafe {
                        machine.has_jumped = false;
                        steps::$first(machine, first)?;
                        $(
                            if machine.has_jumped {
                                return Ok(());
                            }
                            let next = machine.fetch_given(Given::$given);
                            steps::$next(machine, next)?;
                        )+
                    }
                    Ok(())
                }
            )*
        }

        /// The opcodes of instructions and sequences.
        #[cfg(not(tail_calls))]
        #[repr(u8)]
        #[allow(dead_code, reason = "they are made from bytes")]
        enum Opcode {
            $($op = Op::$op as u8,)*
            $($sequence = Sequence::$sequence.opcode(),)*
        }

        /// Executes instructions until they are left.
        ///
        /// # Safety
        /// The machine is as [`Machine::new`] made it.
        #[cfg(not(tail_calls))]
        unsafe fn run(mut machine: Machine) {
            unsafe fn steps(machine: &mut Machine) -> Result<std::convert::Infallible, Left> {
                loop {
                    // SAFETY: the verifier let only bytes through that are opcodes; for the rest see `machine`.
                    unsafe {
                        let operands = machine.fetch();
                        match std::mem::transmute::<u8, Opcode>(operands.op_byte()) {
                            $(Opcode::$op => steps::$op(machine, operands)?,)*
                            $(Opcode::$sequence => sequences::$sequence(machine, operands)?,)*
                        }
                    }
                }
            }
            // SAFETY: as the function demands.
            let Err(Left) = unsafe { steps(&mut machine) };
        }

        /// Executes instructions until they are left.
        ///
        /// # Safety
        /// The machine is as [`Machine::new`] made it.
        #[cfg(tail_calls)]
        unsafe fn run(machine: Machine) {
            // SAFETY: as the function demands.
            unsafe { handlers::next(&machine) }
        }

        #[cfg(tail_calls)]
        #[allow(non_snake_case, reason = "functions are named for their opcodes")]
        pub(in crate::interp) mod handlers {
            use super::*;

            /// An instruction, and all that follow. The parameters are the parts of a [`Machine`].
            pub(in crate::interp) type Handler =
                unsafe fn(*mut Context, *const Instr, *mut u64, *mut u64, i64);

            /// For each opcode, where what the instruction looks up is remembered, or may be.
            static REMEMBERED: [Handler; 256] = {
                let mut handlers: [Handler; 256] = [Unreachable::<false>; 256];
                $(handlers[Op::$op as usize] = $op::<false>;)*
                $(handlers[Sequence::$sequence.opcode() as usize] = $sequence::<false>;)*
                handlers
            };

            /// For each opcode. Who asks whether there is an entry mostly has another key than before, so that is looked up at
            /// once.
            static HANDLERS: [Handler; 256] = {
                let mut handlers = REMEMBERED;
                handlers[Op::TableFind as usize] = TableFind::<true>;
                $(if matches!(Op::$first, Op::TableFind) {
                    handlers[Sequence::$sequence.opcode() as usize] = $sequence::<true>;
                })*
                handlers
            };

            /// Goes on with the next instruction.
            #[inline(always)]
            pub(super) unsafe fn next(machine: &Machine) {
                let Machine { context, regs, heap, fuel, .. } = *machine;
                // SAFETY: as of all handlers.
                unsafe { at(context, machine.following(), regs, heap, fuel) }
            }

            /// Goes on with the instruction at a place, or the sequence that begins there.
            #[inline(always)]
            pub(in crate::interp) unsafe fn at(
                context: *mut Context,
                pc: *const Instr,
                regs: *mut u64,
                heap: *mut u64,
                fuel: i64,
            ) {
                // SAFETY: there is a handler for each byte; for the rest see `machine`.
                unsafe {
                    let handler = HANDLERS.get_unchecked(Operands::at(pc).op_byte() as usize);
                    handler(context, pc, regs, heap, fuel);
                }
            }

            /// Looks a key up that is more than a word, away from its home, or in a table without an index; and then goes on with
            /// the instruction that asked for that, which finds what is remembered.
            #[inline(never)]
            pub(in crate::interp) unsafe fn look_up_with_care(
                context: *mut Context,
                pc: *const Instr,
                regs: *mut u64,
                heap: *mut u64,
                fuel: i64,
                sought: Sought,
            ) {
                let mut machine = Machine::of_parts(context, pc, regs, heap, fuel, LookUp::Here);
                // SAFETY: as of all handlers; these are registers of the instruction at `pc`.
                unsafe {
                    let (table, key) = sought.slots(regs);
                    if sought.stride == 0 {
                        machine.agent().look_object_up(low(table), key);
                    } else {
                        machine.agent().look_up_anew(low(table), key);
                    }
                    let handler = REMEMBERED.get_unchecked(Operands::at(pc).op_byte() as usize);
                    handler(context, pc, regs, heap, fuel);
                }
            }

            handlers!(steps: $($op)*);
            handlers!(sequences: $($sequence)*);
        }
    };
}

/// Defines two handlers for each of these steps: the first leaves looking up a key of one word to the second. Where nothing is
/// looked up, none is ever left to that, and it is not in the program.
#[cfg(tail_calls)]
macro_rules! handlers {
    ($steps:ident: $($name:ident)*) => { $(
        #[inline(never)]
        unsafe fn $name<const LOOKS_UP: bool>(
            context: *mut Context,
            pc: *const Instr,
            regs: *mut u64,
            heap: *mut u64,
            fuel: i64,
        ) {
            let looks_up = if LOOKS_UP { LookUp::Here } else { LookUp::By($name::<true>) };
            let mut machine = Machine::of_parts(context, pc, regs, heap, fuel, looks_up);
            // SAFETY: see `machine`.
            unsafe {
                let operands = Operands::at(pc);
                if $steps::$name(&mut machine, operands).is_ok() {
                    next(&machine);
                }
            }
        }
    )* };
}

#[cfg(tail_calls)]
pub(super) use handlers;
pub(super) use {dispatch, instructions};
