//! The syntax tree as nested lists, `(+ a (* b c))`: short enough to be read and compared by eye.

use std::fmt::Display;

use mob_compiler::ast::*;

/// A whole file, an item a line.
pub(crate) fn show_file(file: &File) -> String {
    file.items.iter().map(|item| show_item(item) + "\n").collect()
}

fn list(head: &str, rest: impl IntoIterator<Item = String>) -> String {
    let parts: Vec<_> =
        std::iter::once(head.to_owned()).chain(rest).filter(|part| !part.is_empty()).collect();
    format!("({})", parts.join(" "))
}

fn group<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(" "))
}

fn show_item(item: &Item) -> String {
    let doc = item.doc.as_ref().map(|doc| format!("{:?}", doc.text)).unwrap_or_default();
    let public = if item.public.is_some() { "pub" } else { "" };
    let kind = match &item.kind {
        ItemKind::Use(it) => {
            let path = match &it.path {
                UsePath::Stdlib(name) => name.to_string(),
                UsePath::File { parents, segments, .. } => {
                    format!("{parents}:{}", group(segments, Ident::to_string))
                }
            };
            let names = it
                .names
                .as_ref()
                .map(|names| group(names, |name| renamed(name.name.to_string(), name.alias.as_ref())));
            list("use", [renamed(path, it.alias.as_ref()), names.unwrap_or_default()])
        }
        ItemKind::Struct(it) => list(
            "struct",
            [
                named(&it.name, &it.generics),
                group(&it.fields, |field| {
                    documented(field.doc.as_ref(), labelled(Some(&field.name), show_type(&field.ty)))
                }),
            ],
        ),
        ItemKind::Enum(it) => list(
            "enum",
            [
                named(&it.name, &it.generics),
                group(&it.variants, |variant| {
                    let fields =
                        group(&variant.fields, |field| labelled(field.label.as_ref(), show_type(&field.ty)));
                    documented(variant.doc.as_ref(), format!("{}{fields}", variant.name))
                }),
            ],
        ),
        ItemKind::Alias(it) => list("type", [named(&it.name, &it.generics), show_type(&it.ty)]),
        ItemKind::Const(it) => list("const", [it.name.to_string(), show_type(&it.ty), show_expr(&it.value)]),
        ItemKind::Function(it) => list(
            "fn",
            [named(&it.name, &it.generics), signature(&it.params, it.result.as_ref()), show_block(&it.body)],
        ),
        ItemKind::Extern(it) => list(
            "extern",
            [
                format!("{:?}", it.host_name.value),
                named(&it.name, &it.generics),
                signature(&it.params, it.result.as_ref()),
            ],
        ),
        ItemKind::Test(it) => list("test", [format!("{:?}", it.name.value), show_block(&it.body)]),
    };
    [doc, public.to_owned(), kind].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

fn named(name: &Ident, generics: &[Ident]) -> String {
    if generics.is_empty() {
        name.to_string()
    } else {
        format!("{name}{}", group(generics, Ident::to_string))
    }
}

fn renamed(name: impl Display, alias: Option<&Ident>) -> String {
    alias.map_or(name.to_string(), |alias| format!("{name}={alias}"))
}

fn documented(doc: Option<&Doc>, shown: impl Display) -> String {
    doc.map_or(shown.to_string(), |doc| format!("{:?} {shown}", doc.text))
}

fn labelled(label: Option<&Ident>, shown: impl Display) -> String {
    label.map_or(shown.to_string(), |label| format!("{label}:{shown}"))
}

fn signature(params: &[Param], result: Option<&TypeExpr>) -> String {
    let params = group(params, |param| labelled(Some(&param.name), show_type(&param.ty)));
    result.map_or(params.clone(), |result| format!("{params} {}", show_type(result)))
}

fn show_type(ty: &TypeExpr) -> String {
    match &ty.kind {
        TypeKind::Named { path, args } if args.is_empty() => show_path(path),
        TypeKind::Named { path, args } => format!("{}{}", show_path(path), group(args, show_type)),
        TypeKind::Tuple(elements) => list("tuple", elements.iter().map(show_type)),
        TypeKind::Function { params, result } => {
            list("fn", [group(params, show_type), result.as_deref().map(show_type).unwrap_or_default()])
        }
        TypeKind::Error => "ERROR".into(),
    }
}

fn show_path(path: &Path) -> String {
    path.segments.iter().map(Ident::to_string).collect::<Vec<_>>().join(".")
}

fn show_pattern(pattern: &Pattern) -> String {
    match &pattern.kind {
        PatternKind::Wildcard => "_".into(),
        PatternKind::Bind { name, pattern: None } => name.to_string(),
        PatternKind::Bind { name, pattern: Some(pattern) } => {
            list("@", [name.to_string(), show_pattern(pattern)])
        }
        PatternKind::Int(value) => value.to_string(),
        PatternKind::Float(value) => format!("{value:?}"),
        PatternKind::Bool(value) => value.to_string(),
        PatternKind::Str(value) => format!("{value:?}"),
        PatternKind::Bytes(value) => format!("b{value:?}"),
        PatternKind::Constructor { path, fields, rest } => {
            let fields = fields.as_ref().map(|fields| {
                group(fields, |field| labelled(field.label.as_ref(), show_pattern(&field.pattern)))
            });
            format!(
                "{}{}{}",
                show_path(path),
                fields.unwrap_or_default(),
                if rest.is_some() { ".." } else { "" }
            )
        }
        PatternKind::Tuple(elements) => list("tuple", elements.iter().map(show_pattern)),
        PatternKind::List { before, rest, after } => {
            let rest = rest.as_ref().map(|rest| labelled(rest.name.as_ref(), ".."));
            list("list", [group(before, show_pattern), rest.unwrap_or_default(), group(after, show_pattern)])
        }
        PatternKind::Or(patterns) => list("|", patterns.iter().map(show_pattern)),
        PatternKind::Error => "ERROR".into(),
    }
}

fn show_block(block: &Block) -> String {
    let stmts = block.stmts.iter().map(|stmt| match stmt {
        Stmt::Expr(expr) => show_expr(expr) + ";",
        Stmt::Let(it) => list(
            if it.mutable { "var" } else { "let" },
            [
                show_pattern(&it.pattern),
                it.ty.as_ref().map(show_type).unwrap_or_default(),
                show_expr(&it.value),
                it.otherwise.as_ref().map(|block| list("else", [show_block(block)])).unwrap_or_default(),
            ],
        ),
    });
    let parts: Vec<_> = stmts.chain(block.value.as_deref().map(show_expr)).collect();
    format!("{{{}}}", parts.join(" "))
}

fn show_condition(condition: &Condition) -> String {
    match condition {
        Condition::Expr(expr) => show_expr(expr),
        Condition::Let { pattern, value, .. } => list("let", [show_pattern(pattern), show_expr(value)]),
    }
}

fn show_expr(expr: &Expr) -> String {
    let all = |head: &str, exprs: &[&Expr]| list(head, exprs.iter().map(|expr| show_expr(expr)));
    match &expr.kind {
        ExprKind::Int(value) => value.to_string(),
        ExprKind::Float(value) => format!("{value:?}"),
        ExprKind::Bool(value) => value.to_string(),
        ExprKind::Str(value) => format!("{value:?}"),
        ExprKind::Interpolated(parts) => list(
            "text",
            parts.iter().map(|part| match part {
                TextPart::Text(text) => format!("{text:?}"),
                TextPart::Expr(expr) => show_expr(expr),
            }),
        ),
        ExprKind::Bytes(value) => format!("b{value:?}"),
        ExprKind::Name(name) => name.to_string(),
        ExprKind::List(elements) => list("list", elements.iter().map(show_expr)),
        ExprKind::Map(entries) => {
            list("map", entries.iter().map(|(key, value)| format!("{}:{}", show_expr(key), show_expr(value))))
        }
        ExprKind::Tuple(elements) => list("tuple", elements.iter().map(show_expr)),
        ExprKind::Unary { op, operand } => all(op.as_str(), &[operand]),
        ExprKind::Binary { op, left, right, .. } => all(op.as_str(), &[left, right]),
        ExprKind::Range { start, end, inclusive } => {
            all(if *inclusive { "..=" } else { ".." }, &[start, end])
        }
        ExprKind::Call { callee, base, args } => {
            let base = base.as_deref().map(|base| format!("..{}", show_expr(base)));
            let args = args.iter().map(|arg| labelled(arg.label.as_ref(), show_expr(&arg.value)));
            list("call", std::iter::once(show_expr(callee)).chain(base).chain(args))
        }
        ExprKind::TypeArgs { base, args } => format!("{}{}", show_expr(base), group(args, show_type)),
        ExprKind::Field { base, name } => list(".", [show_expr(base), name.to_string()]),
        ExprKind::TupleField { base, index, .. } => list(".", [show_expr(base), index.to_string()]),
        ExprKind::Index { base, index } => all("index", &[base, index]),
        ExprKind::Try(operand) => all("?", &[operand]),
        ExprKind::Closure { params, body } => {
            let params = group(params, |param| {
                let pattern = show_pattern(&param.pattern);
                param.ty.as_ref().map_or(pattern.clone(), |ty| format!("{pattern}:{}", show_type(ty)))
            });
            list("closure", [params, show_expr(body)])
        }
        ExprKind::Block(block) => show_block(block),
        ExprKind::If { branches, otherwise } => {
            let branches = branches.iter().flat_map(|b| [show_condition(&b.condition), show_block(&b.body)]);
            list("if", branches.chain(otherwise.as_deref().map(show_block)))
        }
        ExprKind::Match { scrutinee, arms } => {
            let arms = arms.iter().map(|arm| {
                let guard = arm.guard.as_ref().map(|guard| list("if", [show_expr(guard)]));
                list("->", [show_pattern(&arm.pattern), guard.unwrap_or_default(), show_expr(&arm.body)])
            });
            list("match", std::iter::once(show_expr(scrutinee)).chain(arms))
        }
        ExprKind::While { condition, body } => list("while", [show_condition(condition), show_block(body)]),
        ExprKind::For { pattern, iterable, body } => {
            list("for", [show_pattern(pattern), show_expr(iterable), show_block(body)])
        }
        ExprKind::Assign { target, op, value, .. } => {
            all(&format!("{}=", op.map_or("", BinaryOp::as_str)), &[target, value])
        }
        ExprKind::Return(value) => list("return", value.as_deref().map(show_expr)),
        ExprKind::Break => "break".into(),
        ExprKind::Continue => "continue".into(),
        ExprKind::Error => "ERROR".into(),
    }
}
