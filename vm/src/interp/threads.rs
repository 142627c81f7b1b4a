//! How one instruction follows the other.
//!
//! Where calls in tail position are sure to be jumps, each instruction is a function that ends with a call of the next
//! one's: the interpreter's registers are its arguments, so they stay in the machine's, and each instruction is compiled
//! by itself. A loop over one large match does the same elsewhere. `docs/performance.md` says what that bought.

/// Defines `run`, which executes instructions until they are left, from the list of what each does. Its parts see the
/// interpreter's registers and their own operands under the names given first, and leave with `?`.
macro_rules! instructions {
    ($machine:ident, $i:ident; $($op:ident => $does:expr,)*) => {
        /// Executes instructions until they are left.
        ///
        /// # Safety
        /// The machine is as [`Machine::new`] made it.
        #[cfg(not(tail_calls))]
        unsafe fn run(mut machine: Machine) {
            unsafe fn steps($machine: &mut Machine) -> Result<std::convert::Infallible, Left> {
                loop {
                    // SAFETY: the verifier let only bytes through that are opcodes; for the rest see `machine`.
                    unsafe {
                        let $i = $machine.fetch();
                        match std::mem::transmute::<u8, Op>($i.op_byte()) {
                            $(Op::$op => $does,)*
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
        mod handlers {
            use super::*;

            /// An instruction, and all that follow. The parameters are the parts of a [`Machine`].
            type Handler =
                unsafe fn(*mut Context, *const Instr, *mut u64, *mut u64, i64);

            static HANDLERS: [Handler; 256] = {
                let mut handlers: [Handler; 256] = [Unreachable; 256];
                $(handlers[Op::$op as usize] = $op;)*
                handlers
            };

            /// Goes on with the next instruction.
            #[inline(always)]
            pub(super) unsafe fn next(machine: &Machine) {
                let Machine { context, pc, regs, heap, fuel } = *machine;
                // SAFETY: there is a handler for each byte; for the rest see `machine`.
                unsafe {
                    let handler = HANDLERS.get_unchecked(Operands::at(pc).op_byte() as usize);
                    handler(context, pc, regs, heap, fuel);
                }
            }

            $(unsafe fn $op(
                context: *mut Context,
                pc: *const Instr,
                regs: *mut u64,
                heap: *mut u64,
                fuel: i64,
            ) {
                #[inline(always)]
                unsafe fn step($machine: &mut Machine, $i: Operands) -> Result<(), Left> {
                    // SAFETY: see `machine`.
                    unsafe { $does };
                    Ok(())
                }
                let mut machine = Machine { context, pc, regs, heap, fuel };
                // SAFETY: see `machine`.
                unsafe {
                    let i = machine.fetch();
                    if step(&mut machine, i).is_ok() {
                        next(&machine);
                    }
                }
            })*
        }
    };
}

pub(super) use instructions;
