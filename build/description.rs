//! The description of the C API: all that a language needs to know of it, as JSON. What the types of
//! Rust do not say is read off the comments, in a form of words that is checked: a comment that says it
//! otherwise fails the build.

use std::path::Path;

use serde::Serialize;
use syn::{Attribute, GenericArgument, Item, PathArguments, Type};

use super::reading::{Reading, since, value};
use super::{Result, options, source};

#[derive(Serialize)]
struct Description {
    generated: &'static str,
    version: &'static str,
    /// The opening comment of the header.
    manual: Vec<Section>,
    /// The names that numbers have as types.
    numbers: Vec<Number>,
    constants: Vec<Constant>,
    handles: Vec<Handle>,
    callbacks: Vec<Callback>,
    functions: Vec<Function>,
    options: Vec<Setting>,
}

#[derive(Serialize)]
struct Section {
    heading: String,
    text: String,
}

#[derive(Serialize)]
struct Number {
    name: String,
    #[serde(rename = "type")]
    c_type: String,
    comment: String,
}

#[derive(Serialize)]
struct Constant {
    name: String,
    #[serde(rename = "type")]
    c_type: String,
    value: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    comment: String,
}

/// An opaque type: a value to the caller, and no address.
#[derive(Serialize)]
struct Handle {
    name: String,
    free: String,
    comment: String,
}

#[derive(Serialize)]
struct Callback {
    name: String,
    parameters: Vec<Parameter>,
    comment: String,
}

#[derive(Serialize)]
pub struct Function {
    pub name: String,
    pub since: String,
    /// Whether it waits: for the service, or for a call to end.
    pub blocks: bool,
    /// Whether a compiler warns when the result is not looked at.
    pub must_use: bool,
    pub returns: Value,
    pub parameters: Vec<Parameter>,
    /// The option that it sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub option: Option<String>,
    pub comment: String,
}

#[derive(Serialize)]
pub struct Parameter {
    pub name: String,
    #[serde(flatten)]
    pub value: Value,
    /// Whether it is where an answer is written to, of the kind.
    #[serde(skip_serializing_if = "is_false")]
    pub out: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nullable: Option<bool>,
    /// Of bytes: the parameter with their number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub length: Option<String>,
}

/// What goes in or comes out.
#[derive(Serialize, Default)]
pub struct Value {
    #[serde(rename = "type")]
    pub c_type: String,
    pub kind: Kind,
    /// Of a handle: what kind of one. Of a number that has constants, or a callback: its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<String>,
    /// Of what comes out and is no number: who has to free it, the caller or what it belongs to, which
    /// is a parameter, or "static".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
}

#[derive(Serialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Nothing,
    Status,
    Handle,
    /// UTF-8, NUL-terminated.
    String,
    /// NUL-terminated, in the system's own bytes.
    Path,
    /// With their number beside.
    Bytes,
    Number,
    /// 1 or 0.
    Truth,
    Callback,
    /// Handed on to a callback as it is.
    UserData,
}

#[derive(Serialize)]
struct Setting {
    name: String,
    /// What sets it.
    functions: Vec<String>,
    #[serde(flatten)]
    value: options::Value,
}

fn is_false(value: &bool) -> bool {
    !value
}

/// The description, as it is committed.
pub fn text(root: &Path) -> Result<String> {
    let mut description = Description {
        generated: "from src/ffi and src/option by `make header`; do not edit it",
        version: env!("CARGO_PKG_VERSION"),
        manual: manual(root)?,
        numbers: Vec::new(),
        constants: Vec::new(),
        handles: Vec::new(),
        callbacks: Vec::new(),
        functions: Vec::new(),
        options: Vec::new(),
    };
    for item in source::items(root)? {
        description.add(&item)?;
    }
    Ok(serde_json::to_string_pretty(&description)? + "\n")
}

/// The sections of the header's opening comment: a heading is a line alone, in the middle of blank ones.
fn manual(root: &Path) -> Result<Vec<Section>> {
    let config = cbindgen::Config::from_file(root.join("cbindgen.toml"))?;
    let header = config.header.ok_or("cbindgen.toml has no header")?;
    let lines = header.trim().lines().map(|line| {
        let line = line.trim_start_matches(" *");
        line.strip_prefix(' ').unwrap_or(line)
    });
    let text = lines.collect::<Vec<_>>().join("\n");
    let sections = text
        .trim_end_matches('/')
        .trim_end()
        .split("\n\n\n")
        .skip(1);
    sections
        .map(|section| {
            let (heading, text) = section
                .split_once("\n\n")
                .ok_or("a section of the manual has no heading")?;
            Ok(Section {
                heading: heading.to_owned(),
                text: text.to_owned(),
            })
        })
        .collect()
}

impl Description {
    fn add(&mut self, item: &Item) -> Result<()> {
        match item {
            Item::Const(constant) => {
                let comment = source::comment(&constant.attrs);
                self.constants.push(Constant {
                    name: constant.ident.to_string(),
                    c_type: source::c_type(&constant.ty)?,
                    value: source::number(&constant.expr)?,
                    since: since(&comment),
                    comment,
                });
            }
            Item::Struct(handle) => self.handles.push(Handle {
                name: handle.ident.to_string(),
                free: format!("{}_free", handle.ident),
                comment: source::comment(&handle.attrs),
            }),
            Item::Type(alias) => {
                self.add_type(&alias.ident.to_string(), &alias.ty, &alias.attrs)?
            }
            Item::Fn(function) => self.add_function(function)?,
            _ => (),
        }
        Ok(())
    }

    fn add_type(&mut self, name: &str, of: &Type, attributes: &[Attribute]) -> Result<()> {
        let name = name.to_owned();
        let comment = source::comment(attributes);
        match callback_within(of) {
            None => self.numbers.push(Number {
                name,
                c_type: source::c_type(of)?,
                comment,
            }),
            Some(callback) => {
                let parameters = callback.inputs.iter().map(|input| {
                    let (name, _) = input
                        .name
                        .as_ref()
                        .ok_or("a callback's parameter has no name")?;
                    Ok(Parameter {
                        name: name.to_string(),
                        value: value(&source::c_type(&input.ty)?)?,
                        out: false,
                        nullable: None,
                        length: None,
                    })
                });
                self.callbacks.push(Callback {
                    name,
                    parameters: parameters.collect::<Result<_>>()?,
                    comment,
                });
            }
        }
        Ok(())
    }

    fn add_function(&mut self, function: &syn::ItemFn) -> Result<()> {
        let name = function.sig.ident.to_string();
        let read = Reading::new(function);
        let described = read
            .describe(function)
            .map_err(|error| format!("{name}: {error}"))?;
        if let Some(option) = &described.option {
            self.add_option(option, &name)?;
        }
        self.functions.push(described);
        Ok(())
    }

    fn add_option(&mut self, name: &str, function: &str) -> Result<()> {
        if let Some(known) = self.options.iter_mut().find(|known| known.name == name) {
            known.functions.push(function.to_owned());
            return Ok(());
        }
        let value = options::value(name)
            .ok_or_else(|| format!("build/options.rs does not know the option {name}"))?;
        self.options.push(Setting {
            name: name.to_owned(),
            functions: vec![function.to_owned()],
            value,
        });
        Ok(())
    }
}

/// The function in a callback's type, which is an `Option` of one.
fn callback_within(of: &Type) -> Option<&syn::TypeBareFn> {
    let Type::Path(path) = of else { return None };
    let PathArguments::AngleBracketed(arguments) = &path.path.segments.last()?.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(Type::BareFn(callback)) => Some(callback),
        _ => None,
    }
}
