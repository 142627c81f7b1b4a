//! `match`: which arm is tried when, and the jump table for enums.
//!
//! Each arm is generated once, in order. It is entered either untested, from the arm before it or for any value that may
//! match it; or `known`, when the value's tag is the one that it asks for.

use foldhash::{HashMap, HashMapExt};
use mob_vm::bytecode::{Instr, Op};

use super::asm::Label;
use super::function::FunctionGen;
use super::goal::Goal;
use super::subject::Subject;
use crate::typed::{Arm, Expr, Pattern, PatternKind};

/// The least number of arms and variants for a jump table.
const SWITCH_MIN: usize = 4;

/// Which tags an arm is for.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Accepts {
    /// One, and what that variant carries may have to be tested.
    Tag(u32),
    /// Some, whatever they carry.
    Tags(Vec<u32>),
    /// Possibly any.
    Any,
}

/// Where an arm is entered.
#[derive(Debug)]
struct Entry {
    accepts: Accepts,
    /// Nothing is known of the value.
    untested: Label,
    /// The value's tag is one that the arm is for.
    known: Label,
}

/// The arms' entries, in order, and which of them are for which tags, so that a match with many arms is not searched for
/// each of them.
#[derive(Debug)]
struct Entries {
    all: Vec<Entry>,
    /// The arms that ask for a tag, in order.
    by_tag: HashMap<u32, Vec<usize>>,
    /// The arms that may be for any, in order.
    any: Vec<usize>,
    /// Where a value goes that no arm is for.
    none: Label,
}

impl Entries {
    fn new(all: Vec<Entry>, none: Label) -> Self {
        let (mut by_tag, mut any) = (HashMap::<u32, Vec<usize>>::new(), Vec::new());
        for (arm, entry) in all.iter().enumerate() {
            match &entry.accepts {
                Accepts::Tag(tag) => by_tag.entry(*tag).or_default().push(arm),
                Accepts::Tags(tags) => tags.iter().for_each(|tag| by_tag.entry(*tag).or_default().push(arm)),
                Accepts::Any => any.push(arm),
            }
        }
        Self { all, by_tag, any, none }
    }

    /// Where a value with this tag enters, of the arms from one on.
    fn of_tag(&self, tag: u32, from: usize) -> Label {
        let first = |arms: &[usize]| arms.get(arms.partition_point(|arm| *arm < from)).copied();
        let asking = self.by_tag.get(&tag).and_then(|arms| first(arms));
        match (asking, first(&self.any)) {
            (Some(asking), any) if any.is_none_or(|any| asking < any) => self.all[asking].known,
            (_, Some(any)) => self.all[any].untested,
            _ => self.none,
        }
    }

    /// Where a value enters of which nothing is known, of the arms from one on.
    fn untested(&self, from: usize) -> Label {
        self.all.get(from).map_or(self.none, |entry| entry.untested)
    }
}

impl<'p> FunctionGen<'_, 'p> {
    /// `match subject { … }`.
    pub(super) fn matching(&mut self, subject: &'p Expr, arms: &'p [Arm], goal: Goal) {
        if self.split_match(subject, arms, goal) {
            return;
        }
        let scope = self.open_scope();
        let subject = self.subject(subject, arms.iter().map(|arm| &arm.pattern));
        let entries: Vec<Entry> = arms.iter().map(|arm| self.entry(&arm.pattern)).collect();
        let (none, end) = (self.code.label(), self.code.label());
        let entries = Entries::new(entries, none);
        self.switch(&subject, &entries);
        for (index, arm) in arms.iter().enumerate() {
            let is_last = index + 1 == arms.len() && arm.guard.is_none();
            self.code.bind(entries.untested(index));
            let arm_scope = self.open_scope();
            let mut subject = subject.afresh();
            let fails = self.test_arm(arm, (&entries, index), &mut subject, is_last);
            self.bind(&arm.pattern, &mut subject);
            if let Some(guard) = &arm.guard {
                self.branch(guard, fails, false);
            }
            self.gen_expr(&arm.body, goal);
            self.close_scope(arm_scope);
            self.jump(end);
        }
        self.code.bind(none);
        self.code.emit_end(Instr::new(Op::Unreachable, 0, 0, 0, 0));
        self.code.bind(end);
        self.close_scope(scope);
    }

    /// Tests an arm's pattern, and gives where to go if its guard says no.
    fn test_arm(
        &mut self,
        arm: &'p Arm,
        (entries, index): (&Entries, usize),
        subject: &mut Subject,
        is_last: bool,
    ) -> Label {
        let (entry, next) = (&entries.all[index], entries.untested(index + 1));
        match (&entry.accepts, subject.reg()) {
            (Accepts::Tag(tag), Some(reg)) => {
                if !is_last {
                    self.jump_if(Op::JumpNotTag, reg, *tag as u16, next);
                }
                self.code.bind(entry.known);
                let after = entries.of_tag(*tag, index + 1);
                self.test_payload(&arm.pattern, subject, (!is_last).then_some(after));
                after
            }
            _ => {
                self.test(&arm.pattern, subject, (!is_last).then_some(next));
                self.code.bind(entry.known);
                next
            }
        }
    }

    fn entry(&mut self, pattern: &Pattern) -> Entry {
        Entry { accepts: accepts(pattern), untested: self.code.label(), known: self.code.label() }
    }

    /// A jump table over the tags of an enum, where there are enough of them and arms that ask for them.
    fn switch(&mut self, subject: &Subject, entries: &Entries) {
        let Some(reg) = subject.reg() else { return };
        let variants = self.module.types.variant_count(self.registers.ty(reg));
        let asking = entries.all.iter().filter(|entry| entry.accepts != Accepts::Any).count();
        if variants < SWITCH_MIN || asking < SWITCH_MIN {
            return;
        }
        let table: Vec<Label> = (0..variants as u32).map(|tag| entries.of_tag(tag, 0)).collect();
        self.code.switch(reg.0, &table);
    }
}

fn accepts(pattern: &Pattern) -> Accepts {
    match &pattern.kind {
        PatternKind::Bind(_, Some(inner)) => accepts(inner),
        PatternKind::Variant(tag, _) => Accepts::Tag(*tag),
        PatternKind::Or(alternatives) => {
            let tags: Option<Vec<u32>> = alternatives.iter().map(bare_tag).collect();
            tags.map_or(Accepts::Any, Accepts::Tags)
        }
        _ => Accepts::Any,
    }
}

/// The tag that is all a pattern asks for.
fn bare_tag(pattern: &Pattern) -> Option<u32> {
    match &pattern.kind {
        PatternKind::Variant(tag, carried) => {
            let is_bare = carried.iter().all(|(_, inner)| matches!(inner.kind, PatternKind::Wildcard));
            is_bare.then_some(*tag)
        }
        _ => None,
    }
}
