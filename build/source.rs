//! What `src/ffi` declares for C, as syn reads it.

use std::fs;
use std::path::Path;

use quote::ToTokens;
use syn::{Attribute, Expr, Item, Lit, Meta, Type, Visibility};

use super::Result;

/// The public items of each module of `src/ffi`, in the order of the modules.
pub fn items(root: &Path) -> Result<Vec<Item>> {
    let folder = root.join("src/ffi");
    let mut items = Vec::new();
    for item in parse(&folder.join("mod.rs"))? {
        if let Item::Mod(module) = item
            && !module.attrs.iter().any(|attribute| is(attribute, "cfg"))
        {
            let file = folder.join(format!("{}.rs", module.ident));
            items.extend(parse(&file)?.into_iter().filter(is_for_c));
        }
    }
    Ok(items)
}

fn parse(file: &Path) -> Result<Vec<Item>> {
    let text = fs::read_to_string(file)?;
    let parsed = syn::parse_file(&text).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok(parsed.items)
}

fn is_for_c(item: &Item) -> bool {
    let visibility = match item {
        Item::Const(constant) => &constant.vis,
        Item::Struct(handle) => &handle.vis,
        Item::Type(alias) => &alias.vis,
        Item::Fn(function) if function.sig.abi.is_some() => &function.vis,
        _ => return false,
    };
    matches!(visibility, Visibility::Public(_))
}

fn is(attribute: &Attribute, name: &str) -> bool {
    attribute.path().is_ident(name)
}

pub fn must_use(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| is(attribute, "must_use"))
}

/// The comment, with Rust's heading in the words of the header's manual.
pub fn comment(attributes: &[Attribute]) -> String {
    let lines: Vec<String> = attributes.iter().filter_map(line).collect();
    let text = lines.join("\n");
    text.replace("# Safety\n\n", "The caller promises: ")
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else {
        return None;
    };
    let Some(Lit::Str(text)) = literal(&pair.value).filter(|_| is(attribute, "doc")) else {
        return None;
    };
    let text = text.value();
    Some(text.strip_prefix(' ').unwrap_or(&text).to_owned())
}

pub fn literal(value: &Expr) -> Option<&Lit> {
    match value {
        Expr::Lit(literal) => Some(&literal.lit),
        _ => None,
    }
}

/// The value of a constant.
pub fn number(value: &Expr) -> Result<i64> {
    let text = value.to_token_stream().to_string().replace(' ', "");
    let number = text.parse();
    number.map_err(|_| format!("{text} is the value of a constant, and no number").into())
}

/// A type as C spells it.
pub fn c_type(of: &Type) -> Result<String> {
    let refuse = || format!("{} is no type of C", of.to_token_stream());
    match of {
        Type::Path(path) => {
            let name = &path.path.segments.last().ok_or_else(refuse)?.ident;
            Ok(match name.to_string().as_str() {
                "c_char" => "char",
                "c_void" => "void",
                "i32" => "int32_t",
                "i64" => "int64_t",
                "u64" => "uint64_t",
                "usize" => "size_t",
                name if name.starts_with("verigator_") => name,
                _ => return Err(refuse().into()),
            }
            .to_owned())
        }
        Type::Ptr(pointer) => {
            let target = c_type(&pointer.elem)?;
            let constant = pointer.const_token.map_or("", |_| "const ");
            let gap = if target.ends_with('*') { "" } else { " " };
            Ok(format!("{constant}{target}{gap}*"))
        }
        _ => Err(refuse().into()),
    }
}
