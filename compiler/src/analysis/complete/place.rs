//! Finds out what kind of name stands at a place of a syntax tree, and which locals are in scope there.

use crate::ast::{
    Argument, Block, Condition, Expr, ExprKind, FieldPattern, File, Function, Ident, Item, ItemKind, Path,
    Pattern, PatternKind, Stmt, TextPart, TypeExpr, TypeKind, UseItem, UsePath,
};
use crate::source::Span;

/// What kind of name stands at a place.
#[derive(Debug, Clone, Copy)]
pub(super) enum Place<'a> {
    /// A value; perhaps an argument of a call.
    Value(Option<Call<'a>>),
    /// What follows a value, module or enum and a dot.
    Member(&'a Expr),
    /// The label of an argument.
    Label(Call<'a>),
    /// A type.
    Type,
    /// A type of this module.
    TypeOf(&'a Ident),
    /// What a value is matched against, at this place.
    Pattern(Span),
    /// A constructor of this module or enum.
    PatternOf(&'a Ident),
    /// The label of what a constructor of this name carries.
    PatternLabel(&'a Path),
    /// A module of the standard library.
    Module,
    /// Something that this module exports.
    Import(&'a UsePath),
    /// A name that is being given to something.
    NewName,
}

/// A call that a place is in.
#[derive(Debug, Clone, Copy)]
pub(super) struct Call<'a> {
    pub(super) callee: &'a Expr,
    pub(super) args: &'a [Argument],
}

/// What was found.
pub(super) struct Located<'a> {
    pub(super) place: Place<'a>,
    /// The names of locals in scope, those declared last at the end.
    pub(super) locals: Vec<&'a Ident>,
    /// The type parameters in scope.
    pub(super) generics: &'a [Ident],
    /// The innermost call among whose arguments the place is, and the position of that argument.
    pub(super) call: Option<(Call<'a>, usize)>,
}

/// Finds the name that begins at an offset of a file, or of statements that stand beside its items.
pub(super) fn locate<'a>(file: &'a File, body: Option<&'a Block>, at: u32) -> Option<Located<'a>> {
    let covers = |item: &&Item| item.span.start <= at && at <= item.span.end;
    let mut finder = Finder { at, locals: Vec::new(), generics: &[], calls: Vec::new(), found: None };
    file.items.iter().filter(covers).for_each(|item| finder.item(item));
    body.into_iter().for_each(|body| finder.block(body));
    let Finder { locals, generics, found, calls, .. } = finder;
    found.map(|place| Located { place, locals, generics, call: calls.last().copied() })
}

struct Finder<'a> {
    at: u32,
    locals: Vec<&'a Ident>,
    generics: &'a [Ident],
    /// The calls around the place that is being looked at, with the positions of the arguments.
    calls: Vec<(Call<'a>, usize)>,
    found: Option<Place<'a>>,
}

impl<'a> Finder<'a> {
    fn is_here(&self, name: &Ident) -> bool {
        name.span.start == self.at
    }

    fn covers(&self, span: Span) -> bool {
        self.found.is_none() && span.start <= self.at && self.at <= span.end
    }

    fn set(&mut self, place: Place<'a>) {
        self.found = self.found.or(Some(place));
    }

    fn new_name(&mut self, name: &Ident) {
        if self.is_here(name) {
            self.set(Place::NewName);
        }
    }

    /// Does something in a scope of its own: names that come into it leave it, unless the place was found in it.
    fn scoped(&mut self, f: impl FnOnce(&mut Self)) {
        let before = self.locals.len();
        f(self);
        if self.found.is_none() {
            self.locals.truncate(before);
        }
    }

    fn item(&mut self, item: &'a Item) {
        match &item.kind {
            ItemKind::Use(item) => self.use_item(item),
            ItemKind::Struct(item) => {
                self.generics = &item.generics;
                self.new_name(&item.name);
                item.fields.iter().for_each(|field| {
                    self.new_name(&field.name);
                    self.ty(&field.ty);
                });
            }
            ItemKind::Enum(item) => {
                self.generics = &item.generics;
                self.new_name(&item.name);
                for variant in &item.variants {
                    self.new_name(&variant.name);
                    variant.fields.iter().for_each(|field| self.ty(&field.ty));
                }
            }
            ItemKind::Alias(item) => {
                self.generics = &item.generics;
                self.new_name(&item.name);
                self.ty(&item.ty);
            }
            ItemKind::Const(item) => {
                self.new_name(&item.name);
                self.ty(&item.ty);
                self.expr(&item.value);
            }
            ItemKind::Function(item) => self.function(item),
            ItemKind::Extern(item) => {
                self.generics = &item.generics;
                item.params.iter().for_each(|param| self.ty(&param.ty));
                item.result.iter().for_each(|result| self.ty(result));
            }
            ItemKind::Test(item) => self.block(&item.body),
        }
    }

    fn use_item(&mut self, item: &'a UseItem) {
        if let UsePath::Stdlib(name) = &item.path
            && self.is_here(name)
        {
            self.set(Place::Module);
        }
        if item.names.iter().flatten().any(|used| self.is_here(&used.name)) {
            self.set(Place::Import(&item.path));
        }
    }

    fn function(&mut self, function: &'a Function) {
        self.generics = &function.generics;
        self.new_name(&function.name);
        for param in &function.params {
            self.new_name(&param.name);
            self.ty(&param.ty);
        }
        function.result.iter().for_each(|result| self.ty(result));
        self.locals.extend(function.params.iter().map(|param| &param.name));
        self.block(&function.body);
    }

    fn ty(&mut self, ty: &'a TypeExpr) {
        if !self.covers(ty.span) {
            return;
        }
        match &ty.kind {
            TypeKind::Named { path, args } => {
                match path.segments.as_slice() {
                    [name] if self.is_here(name) => self.set(Place::Type),
                    [module, name] if self.is_here(name) => self.set(Place::TypeOf(module)),
                    _ => {}
                }
                args.iter().for_each(|arg| self.ty(arg));
            }
            TypeKind::Tuple(elements) => elements.iter().for_each(|element| self.ty(element)),
            TypeKind::Function { params, result } => {
                params.iter().for_each(|param| self.ty(param));
                result.iter().for_each(|result| self.ty(result));
            }
            TypeKind::Error => {}
        }
    }

    fn block(&mut self, block: &'a Block) {
        if !self.covers(block.span) {
            return;
        }
        self.scoped(|finder| {
            block.stmts.iter().for_each(|stmt| finder.stmt(stmt));
            block.value.iter().for_each(|value| finder.expr(value));
        });
    }

    fn stmt(&mut self, stmt: &'a Stmt) {
        match stmt {
            Stmt::Expr(e) => self.expr(e),
            Stmt::Let(stmt) => {
                stmt.ty.iter().for_each(|ty| self.ty(ty));
                self.expr(&stmt.value);
                stmt.otherwise.iter().for_each(|block| self.block(block));
                self.binder(&stmt.pattern);
                if self.found.is_none() {
                    bound(&stmt.pattern, &mut self.locals);
                }
            }
        }
    }

    /// A pattern that always matches: whoever writes a lower-case name in it is naming something.
    fn binder(&mut self, pattern: &'a Pattern) {
        if let PatternKind::Bind { name, .. } = &pattern.kind {
            self.new_name(name);
        }
        self.pattern(pattern);
    }

    fn pattern(&mut self, pattern: &'a Pattern) {
        if !self.covers(pattern.span) {
            return;
        }
        match &pattern.kind {
            PatternKind::Bind { name, pattern: inner } => {
                if self.is_here(name) {
                    self.set(Place::Pattern(pattern.span));
                }
                inner.iter().for_each(|inner| self.pattern(inner));
            }
            PatternKind::Constructor { path, fields, .. } => {
                match path.segments.as_slice() {
                    [name] if self.is_here(name) => self.set(Place::Pattern(pattern.span)),
                    [.., of, name] if self.is_here(name) => self.set(Place::PatternOf(of)),
                    _ => {}
                }
                fields.iter().flatten().for_each(|field| self.field_pattern(path, field));
            }
            PatternKind::Tuple(all) | PatternKind::Or(all) => all.iter().for_each(|p| self.pattern(p)),
            PatternKind::List { before, after, .. } => {
                before.iter().chain(after).for_each(|p| self.pattern(p));
            }
            _ => {}
        }
    }

    fn field_pattern(&mut self, path: &'a Path, field: &'a FieldPattern) {
        if field.label.as_ref().is_some_and(|label| self.is_here(label)) {
            self.set(Place::PatternLabel(path));
        }
        self.pattern(&field.pattern);
    }

    fn condition(&mut self, condition: &'a Condition) {
        match condition {
            Condition::Expr(e) => self.expr(e),
            Condition::Let { pattern, value, .. } => {
                self.expr(value);
                self.pattern(pattern);
                if self.found.is_none() {
                    bound(pattern, &mut self.locals);
                }
            }
        }
    }

    fn expr(&mut self, e: &'a Expr) {
        if !self.covers(e.span) {
            return;
        }
        match &e.kind {
            ExprKind::Name(name) if self.is_here(name) => self.set(Place::Value(None)),
            ExprKind::Field { base, name } => {
                if self.is_here(name) {
                    self.set(Place::Member(base));
                }
                self.expr(base);
            }
            ExprKind::Call { callee, base, args } => {
                self.expr(callee);
                base.iter().for_each(|base| self.expr(base));
                for (position, arg) in args.iter().enumerate() {
                    self.calls.push((Call { callee, args }, position));
                    self.argument(Call { callee, args }, arg);
                    if self.found.is_some() {
                        break;
                    }
                    self.calls.pop();
                }
            }
            ExprKind::TypeArgs { base, args } => {
                self.expr(base);
                args.iter().for_each(|arg| self.ty(arg));
            }
            ExprKind::Interpolated(parts) => parts.iter().for_each(|part| {
                if let TextPart::Expr(e) = part {
                    self.expr(e);
                }
            }),
            ExprKind::List(all) | ExprKind::Tuple(all) => all.iter().for_each(|e| self.expr(e)),
            ExprKind::Map(entries) => entries.iter().for_each(|(key, value)| {
                self.expr(key);
                self.expr(value);
            }),
            ExprKind::Unary { operand: e, .. } | ExprKind::Try(e) | ExprKind::TupleField { base: e, .. } => {
                self.expr(e);
            }
            ExprKind::Binary { left: a, right: b, .. }
            | ExprKind::Range { start: a, end: b, .. }
            | ExprKind::Index { base: a, index: b }
            | ExprKind::Assign { target: a, value: b, .. } => {
                self.expr(a);
                self.expr(b);
            }
            ExprKind::Return(value) => value.iter().for_each(|value| self.expr(value)),
            ExprKind::Block(block) => self.block(block),
            _ => self.branching(e),
        }
    }

    /// Expressions that have scopes of their own.
    fn branching(&mut self, e: &'a Expr) {
        match &e.kind {
            ExprKind::Closure { params, body } => self.scoped(|finder| {
                for param in params {
                    param.ty.iter().for_each(|ty| finder.ty(ty));
                    finder.binder(&param.pattern);
                    if finder.found.is_none() {
                        bound(&param.pattern, &mut finder.locals);
                    }
                }
                finder.expr(body);
            }),
            ExprKind::If { branches, otherwise } => {
                for branch in branches {
                    self.scoped(|finder| {
                        finder.condition(&branch.condition);
                        finder.block(&branch.body);
                    });
                }
                otherwise.iter().for_each(|block| self.block(block));
            }
            ExprKind::Match { scrutinee, arms } => {
                self.expr(scrutinee);
                let at = self.at;
                for arm in arms.iter().filter(|arm| arm.span.start <= at && at <= arm.span.end) {
                    self.scoped(|finder| {
                        finder.pattern(&arm.pattern);
                        if finder.found.is_none() {
                            bound(&arm.pattern, &mut finder.locals);
                        }
                        arm.guard.iter().for_each(|guard| finder.expr(guard));
                        finder.expr(&arm.body);
                    });
                }
            }
            ExprKind::While { condition, body } => self.scoped(|finder| {
                finder.condition(condition);
                finder.block(body);
            }),
            ExprKind::For { pattern, iterable, body } => self.scoped(|finder| {
                finder.expr(iterable);
                finder.binder(pattern);
                if finder.found.is_none() {
                    bound(pattern, &mut finder.locals);
                }
                finder.block(body);
            }),
            _ => {}
        }
    }

    fn argument(&mut self, call: Call<'a>, arg: &'a Argument) {
        match &arg.label {
            Some(label) if self.is_here(label) => self.set(Place::Label(call)),
            Some(_) => {}
            None => {
                if let ExprKind::Name(name) = &arg.value.kind
                    && self.is_here(name)
                {
                    self.set(Place::Value(Some(call)));
                }
            }
        }
        self.expr(&arg.value);
    }
}

/// The names that a pattern binds.
fn bound<'a>(pattern: &'a Pattern, names: &mut Vec<&'a Ident>) {
    match &pattern.kind {
        PatternKind::Bind { name, pattern } => {
            names.push(name);
            pattern.iter().for_each(|inner| bound(inner, names));
        }
        PatternKind::Constructor { fields, .. } => {
            fields.iter().flatten().for_each(|field| bound(&field.pattern, names));
        }
        PatternKind::Tuple(all) => all.iter().for_each(|p| bound(p, names)),
        // All alternatives bind the same names.
        PatternKind::Or(all) => all.first().into_iter().for_each(|p| bound(p, names)),
        PatternKind::List { before, rest, after } => {
            before.iter().for_each(|p| bound(p, names));
            names.extend(rest.iter().filter_map(|rest| rest.name.as_ref()));
            after.iter().for_each(|p| bound(p, names));
        }
        _ => {}
    }
}
