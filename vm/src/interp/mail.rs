//! Inboxes and what comes out of them. What yields is answered in [`crate::agent`].

use crate::agent::Agent;
use crate::bytecode::{Instr, Type, TypeId};
use crate::layout::{header, low};
use crate::mail::{Address, Received};
use crate::trap::TrapKind;

impl Agent {
    /// `inbox`.
    #[inline(never)]
    pub(super) fn new_inbox(&mut self, i: Instr) -> Result<(), TrapKind> {
        let Type::Inbox(message) = *self.program.ty(TypeId(i.xb())) else {
            return Err(TrapKind::Unreachable);
        };
        let number = self.mailbox.lock().inboxes.add(message, self.limits.inboxes);
        let number = number.ok_or(TrapKind::InboxLimit { limit: self.limits.inboxes as u64 })?;
        self.stack.set_reg(i.a(), number);
        Ok(())
    }

    /// `inbox.addr`.
    #[inline(never)]
    pub(super) fn inbox_addr(&mut self, i: Instr) -> Result<(), TrapKind> {
        let address = self.mailbox.lock().inboxes.address(self.stack.reg(i.b()));
        let made = self.new_address(TypeId(i.xc()), address)?;
        self.stack.set_reg(i.a(), made);
        Ok(())
    }

    /// `addr.cast`.
    #[inline(never)]
    pub(super) fn cast_addr(&mut self, i: Instr) -> Result<(), TrapKind> {
        let address = self.address(self.stack.reg(i.b()));
        let made = self.new_address(TypeId(i.xc()), address)?;
        self.stack.set_reg(i.a(), made);
        Ok(())
    }

    /// Makes an address.
    pub(crate) fn new_address(&mut self, ty: TypeId, address: Address) -> Result<u64, TrapKind> {
        self.reserve(1 + Address::WORDS)?;
        Ok(u64::from(self.heap.push(header(ty.0, 0), &address.to_words())))
    }

    /// `inbox.len`.
    #[inline(never)]
    pub(super) fn inbox_len(&mut self, i: Instr) -> Result<(), TrapKind> {
        let mailbox = self.mailbox.lock_with(&mut self.batch);
        let len = mailbox.inboxes.get(self.stack.reg(i.b())).map_or(-1, |inbox| inbox.len() as i64);
        drop(mailbox);
        self.stack.set_reg(i.a(), len as u64);
        Ok(())
    }

    /// `inbox.close`.
    #[inline(never)]
    pub(super) fn close_inbox(&mut self, i: Instr) -> Result<(), TrapKind> {
        self.mailbox.lock_with(&mut self.batch).close(self.stack.reg(i.a()));
        Ok(())
    }

    /// `receive`, of an inbox that has a message, or is closed.
    #[inline(never)]
    pub(super) fn receive(&mut self, i: Instr) -> Result<(), TrapKind> {
        let number = self.stack.reg(i.b());
        let parcel = self.mailbox.take(number, &mut self.batch).ok_or(TrapKind::InboxClosed)?;
        self.reserve_charged(parcel.heap_words())?;
        let slot = self.heap.unpack(&self.program, &parcel);
        self.stack.set_reg(i.a(), slot);
        Ok(())
    }

    /// What `receive` gives at once, of an inbox of this number.
    #[inline(never)]
    pub(super) fn receive_at_once(&mut self, number: u64) -> Received {
        self.mailbox.take_word(number, &mut self.batch)
    }

    /// What `send` and its kin do at once: whether the message in this register was taken by the agent that this one is
    /// connected with.
    #[inline(never)]
    pub(super) fn sends_at_once(&mut self, pc: u32, to: u64, register: u16, slot: u64, urgent: bool) -> bool {
        let Some(connection) = &mut self.connection else { return false };
        let address = self.heap.view(&self.program).fields(low(to), Address::WORDS);
        let Some(inbox) = connection.inbox(address) else { return false };
        let ty = connection.type_sent(&self.program, pc, register);
        // What can't be sent traps as it does without a connection.
        let Ok(parcel) = self.heap.pack(&self.program, slot, ty, self.limits.value_bytes / 8) else {
            return false;
        };
        let words = parcel.heap_words() as u64;
        let (program, seed) = (&self.program, self.heap.seed);
        let is_taken = connection.mailbox.deliver_packed(program, inbox, ty, seed, parcel, urgent);
        if is_taken {
            self.charge(words);
        } else {
            // Whoever drives the agent sees to the message, and connects it again.
            self.connection = None;
        }
        is_taken
    }

    /// What `inbox.ready` gives without waiting: -1 if it has to wait.
    #[inline(never)]
    pub(super) fn inbox_ready(&self, number: u64, ms: i64) -> i64 {
        match self.mailbox.has_message(number, &self.batch) {
            true => 1,
            false if ms <= 0 => 0,
            false => -1,
        }
    }

    /// What `inboxes.ready` gives without waiting: -2 if it has to wait.
    #[inline(never)]
    pub(super) fn inboxes_ready(&self, numbers: u64, ms: i64) -> i64 {
        let numbers = self.heap.view(&self.program).elements(low(numbers));
        let mailbox = self.mailbox.lock();
        let has_message = |number| self.batch.is_of(number) || mailbox.inboxes.has_message(number);
        match numbers.iter().position(|number| has_message(*number)) {
            Some(index) => index as i64,
            None if ms <= 0 => -1,
            None => -2,
        }
    }
}
