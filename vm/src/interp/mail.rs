//! Inboxes and what comes out of them. What yields is answered in [`crate::agent`].

use crate::agent::Agent;
use crate::bytecode::{Instr, Type, TypeId};
use crate::layout::{header, low};
use crate::mail::{Address, Parcel};
use crate::trap::TrapKind;

/// What `receive` gives.
pub(super) enum Received {
    /// There is no message yet.
    Nothing,
    /// A message that refers to no objects.
    Word(u64),
    /// It takes more than that.
    More,
}

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
        let mailbox = self.mailbox.lock();
        let len = mailbox.inboxes.get(self.stack.reg(i.b())).map_or(-1, |inbox| inbox.len() as i64);
        drop(mailbox);
        self.stack.set_reg(i.a(), len as u64);
        Ok(())
    }

    /// `inbox.close`.
    #[inline(never)]
    pub(super) fn close_inbox(&mut self, i: Instr) -> Result<(), TrapKind> {
        self.mailbox.lock().close(self.stack.reg(i.a()));
        Ok(())
    }

    /// `receive`, of an inbox that has a message, or is closed.
    #[inline(never)]
    pub(super) fn receive(&mut self, i: Instr) -> Result<(), TrapKind> {
        let number = self.stack.reg(i.b());
        let parcel = self.mailbox.lock().take(number).ok_or(TrapKind::InboxClosed)?;
        self.reserve_charged(parcel.heap_words())?;
        let slot = self.heap.unpack(&self.program, &parcel);
        self.stack.set_reg(i.a(), slot);
        Ok(())
    }

    /// What `receive` gives at once, of an inbox of this number.
    #[inline(never)]
    pub(super) fn receive_at_once(&self, number: u64) -> Received {
        let mut mailbox = self.mailbox.lock();
        let Some(inbox) = mailbox.inboxes.get(number) else { return Received::More };
        match inbox.first().map(Parcel::heap_words) {
            None => Received::Nothing,
            Some(0) => mailbox.take(number).map_or(Received::Nothing, |parcel| Received::Word(parcel.slot)),
            Some(_) => Received::More,
        }
    }

    /// What `inbox.ready` gives without waiting: -1 if it has to wait.
    #[inline(never)]
    pub(super) fn inbox_ready(&self, number: u64, ms: i64) -> i64 {
        let has_message = self.mailbox.lock().inboxes.has_message(number);
        match has_message {
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
        match numbers.iter().position(|number| mailbox.inboxes.has_message(*number)) {
            Some(index) => index as i64,
            None if ms <= 0 => -1,
            None => -2,
        }
    }
}
