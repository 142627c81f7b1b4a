//! Matches, patterns and `?` over what is split: see [`super::split`].

use mob_vm::bytecode::TypeId;

use super::asm::Label;
use super::condition::TryTags;
use super::function::FunctionGen;
use super::goal::{Goal, Value};
use super::pattern::is_tested;
use super::split::Landing;
use super::subject::Subject;
use crate::typed::{Arm, Expr, Pattern, PatternKind};

impl<'p> FunctionGen<'_, 'p> {
    /// `match subject { … }`, where each arm is for one variant, whatever that carries, or for all that are left. Says
    /// whether it was done.
    pub(super) fn split_match(&mut self, subject: &'p Expr, arms: &'p [Arm], goal: Goal) -> bool {
        let Some(tags) = arm_tags(arms) else { return false };
        let Some(types) = self.split_types(subject) else { return false };
        let arm_of = |tag| tags.iter().position(|asked| asked.is_none_or(|asked| asked == tag));
        let Some(arm_of_each) = (0..types.len() as u32).map(arm_of).collect::<Option<Vec<usize>>>() else {
            return false;
        };
        let scope = self.open_scope();
        let entries: Vec<Landing> = arms.iter().map(|arm| self.landing(&arm.pattern, &types)).collect();
        let landings = arm_of_each.iter().map(|arm| entries[*arm].clone()).collect();
        self.gen_split(subject, landings);
        let end = self.code.label();
        for (arm, entry) in arms.iter().zip(&entries) {
            self.code.bind(entry.label);
            let arm_scope = self.open_scope();
            self.bind_landed(&arm.pattern, entry);
            self.gen_expr(&arm.body, goal);
            self.close_scope(arm_scope);
            self.jump(end);
        }
        self.code.bind(end);
        self.close_scope(scope);
        true
    }

    /// Binds a pattern to a value that is never made, or goes to `fails`, if it is for one variant, whatever that carries.
    /// Says whether it was done. Names have registers until the scope is closed.
    pub(super) fn split_let(&mut self, pattern: &'p Pattern, value: &'p Expr, fails: Option<Label>) -> bool {
        let tag = match &pattern.kind {
            PatternKind::Fields(_) if !is_tested(pattern, true) => 0,
            PatternKind::Variant(tag, carried) if is_irrefutable(carried) => *tag,
            _ => return false,
        };
        let Some(types) = self.split_types(value) else { return false };
        if fails.is_none() && types.len() > 1 {
            return false;
        }
        let landing = self.landing(pattern, &types);
        let others = Landing { label: fails.unwrap_or(landing.label), parts: Vec::new() };
        let mut landings = vec![others; types.len()];
        if let Some(place) = landings.get_mut(tag as usize) {
            *place = landing.clone();
        }
        self.gen_split(value, landings);
        self.code.bind(landing.label);
        self.bind_landed(pattern, &landing);
        true
    }

    /// `e?`, whose parts are never one value. Says whether it was done.
    pub(super) fn split_try(&mut self, of: &'p Expr, tags: TryTags, goal: Goal) -> bool {
        let Some(types) = self.split_types(of) else { return false };
        let scope = self.open_scope();
        let mut landings: Vec<Landing> = Vec::with_capacity(types.len());
        for (tag, types) in (0u32..).zip(&types) {
            let parts = types.iter().map(|ty| match goal {
                Goal::To(reg) if tag == tags.good => Some(reg),
                Goal::Discard if tag == tags.good => None,
                _ => Some(self.scoped(*ty)),
            });
            let parts = parts.collect();
            landings.push(Landing { label: self.code.label(), parts });
        }
        let (good, bad) = (landings[tags.good as usize].clone(), landings[tags.bad as usize].clone());
        self.gen_split(of, landings);
        self.code.bind(bad.label);
        let carried: Vec<Value> = bad.parts.iter().flatten().map(|reg| Value::of_local(*reg)).collect();
        let result = self.frame.result;
        self.leave_with(|this, goal| this.give_variant(result, tags.bad, &carried, goal));
        self.code.bind(good.label);
        if let Some(carried) = good.part(0) {
            self.give(carried, goal);
        }
        self.close_scope(scope);
        true
    }

    /// A landing with registers, until the scope is closed, for what the pattern of a variant or tuple binds.
    fn landing(&mut self, pattern: &Pattern, types: &[Vec<TypeId>]) -> Landing {
        let (tag, patterns) = match &pattern.kind {
            PatternKind::Variant(tag, carried) => (*tag as usize, &carried[..]),
            PatternKind::Fields(fields) => (0, &fields[..]),
            _ => (0, &[][..]),
        };
        let types = types.get(tag).map_or(&[][..], Vec::as_slice);
        let mut parts = vec![None; types.len()];
        for (index, pattern) in patterns {
            if let Some(ty) = types.get(*index as usize)
                && !matches!(pattern.kind, PatternKind::Wildcard | PatternKind::Unit)
            {
                parts[*index as usize] = Some(self.scoped(*ty));
            }
        }
        Landing { label: self.code.label(), parts }
    }

    fn bind_landed(&mut self, pattern: &'p Pattern, landing: &Landing) {
        let (PatternKind::Variant(_, parts) | PatternKind::Fields(parts)) = &pattern.kind else { return };
        for (index, pattern) in parts {
            if let Some(reg) = landing.part(*index as usize) {
                let mut subject = Subject::own(reg);
                self.test(pattern, &mut subject, None);
                self.bind(pattern, &mut subject);
            }
        }
    }
}

/// The variant that each arm is for, or none for all that are left; none at all if there is more to ask.
fn arm_tags(arms: &[Arm]) -> Option<Vec<Option<u32>>> {
    let mut tags: Vec<Option<u32>> = Vec::with_capacity(arms.len());
    for arm in arms {
        let tag = match &arm.pattern.kind {
            PatternKind::Variant(tag, carried) if is_irrefutable(carried) => Some(*tag),
            PatternKind::Wildcard => None,
            _ => return None,
        };
        if arm.guard.is_some() || tags.contains(&tag) || tags.contains(&None) {
            return None;
        }
        tags.push(tag);
    }
    Some(tags)
}

fn is_irrefutable(patterns: &[(u32, Pattern)]) -> bool {
    !patterns.iter().any(|(_, pattern)| is_tested(pattern, true))
}
