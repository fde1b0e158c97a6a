//! The description of the C API: all that a language needs to know of it, as JSON. What the types of
//! Rust do not say is read off the comments, in a form of words that is checked: a comment that says it
//! otherwise fails the build.

use std::path::Path;

use quote::ToTokens;
use serde::Serialize;
use syn::{Attribute, Expr, FnArg, GenericArgument, Item, Lit, Pat, PathArguments, Stmt, Type};

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
    options: Vec<Option_>,
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
struct Function {
    name: String,
    since: String,
    /// Whether it waits: for the service, or for a call to end.
    blocks: bool,
    /// Whether a compiler warns when the result is not looked at.
    must_use: bool,
    returns: Value,
    parameters: Vec<Parameter>,
    /// The option that it sets.
    #[serde(skip_serializing_if = "Option::is_none")]
    option: Option<String>,
    comment: String,
}

#[derive(Serialize)]
struct Parameter {
    name: String,
    #[serde(flatten)]
    value: Value,
    /// Whether it is where an answer is written to, of the kind.
    #[serde(skip_serializing_if = "is_false")]
    out: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    nullable: Option<bool>,
    /// Of bytes: the parameter with their number.
    #[serde(skip_serializing_if = "Option::is_none")]
    length: Option<String>,
}

/// What goes in or comes out.
#[derive(Serialize, Default)]
struct Value {
    #[serde(rename = "type")]
    c_type: String,
    kind: Kind,
    /// Of a handle: what kind of one. Of a number that has constants, or a callback: its type.
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<String>,
    /// Of what comes out and is no number: who has to free it, the caller or what it belongs to, which
    /// is a parameter, or "static".
    #[serde(skip_serializing_if = "Option::is_none")]
    owner: Option<String>,
}

#[derive(Serialize, Default, Clone, Copy, PartialEq)]
#[serde(rename_all = "snake_case")]
enum Kind {
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
struct Option_ {
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
        self.options.push(Option_ {
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

/// The version in "Since 1.0.".
fn since(comment: &str) -> Option<String> {
    let (_, rest) = comment.split_once("Since ")?;
    let end = rest.find(|end: char| end != '.' && !end.is_ascii_digit());
    let version = rest[..end.unwrap_or(rest.len())].trim_end_matches('.');
    (!version.is_empty()).then(|| version.to_owned())
}

/// A value of this type, as far as its type alone says it.
fn value(c_type: &str) -> Result<Value> {
    let (kind, of) = match c_type {
        "verigator_status" => (Kind::Status, None),
        "const char *" => (Kind::String, None),
        "void *" => (Kind::UserData, None),
        "int32_t" | "int64_t" | "uint64_t" | "size_t" => (Kind::Number, None),
        _ => match c_type.strip_suffix(" *") {
            Some(handle) if handle.contains("verigator_") => {
                (Kind::Handle, Some(handle.trim_start_matches("const ")))
            }
            None if c_type.ends_with("_callback") => (Kind::Callback, Some(c_type)),
            None if c_type.starts_with("verigator_") => (Kind::Number, Some(c_type)),
            _ => return Err(format!("{c_type} is a type of no kind that is known").into()),
        },
    };
    Ok(Value {
        c_type: c_type.to_owned(),
        kind,
        of: of.map(str::to_owned),
        owner: None,
    })
}

/// What a function is read by: its comment, and what it does.
struct Reading {
    comment: String,
    body: String,
}

impl Reading {
    fn new(function: &syn::ItemFn) -> Self {
        Self {
            comment: source::comment(&function.attrs).replace('\n', " "),
            body: function.block.to_token_stream().to_string(),
        }
    }

    fn says(&self, words: &str) -> bool {
        self.comment.contains(words)
    }

    fn does(&self, code: &str) -> bool {
        self.body.contains(code)
    }

    fn describe(&self, function: &syn::ItemFn) -> Result<Function> {
        let inputs = function.sig.inputs.iter().map(|input| match input {
            FnArg::Typed(input) => match &*input.pat {
                Pat::Ident(name) => Ok((name.ident.to_string(), source::c_type(&input.ty)?)),
                _ => Err("a parameter has no name".into()),
            },
            FnArg::Receiver(_) => Err("a function of C has no self".into()),
        });
        let inputs = inputs.collect::<Result<Vec<_>>>()?;
        let parameters = inputs.iter().enumerate().map(|(index, (name, c_type))| {
            let next = inputs.get(index + 1).map(|(next, _)| next.as_str());
            self.parameter(name, c_type, next)
                .map_err(|error| format!("{name}: {error}").into())
        });
        Ok(Function {
            name: function.sig.ident.to_string(),
            since: since(&self.comment).ok_or("the comment does not say since when it is there")?,
            blocks: [". run (", ". step (", ". next ("]
                .iter()
                .any(|waiting| self.does(waiting)),
            must_use: source::must_use(&function.attrs),
            parameters: parameters.collect::<Result<_>>()?,
            returns: self.returns(&function.sig.output, &inputs)?,
            option: option(function),
            comment: source::comment(&function.attrs),
        })
    }

    fn returns(&self, output: &syn::ReturnType, inputs: &[(String, String)]) -> Result<Value> {
        let syn::ReturnType::Type(_, of) = output else {
            return Ok(Value {
                c_type: "void".to_owned(),
                ..Value::default()
            });
        };
        let mut value = self.truth(value(&source::c_type(of)?)?);
        match value.kind {
            Kind::Handle => value.owner = Some("caller".to_owned()),
            Kind::String => {
                let is_static = self.says("The string is static");
                let owner = inputs.first().filter(|_| !is_static);
                value.owner = Some(owner.map_or("static", |(name, _)| name).to_owned());
                if inputs.iter().any(|(name, _)| name == "out_length") {
                    value.kind = Kind::Bytes;
                }
            }
            _ => (),
        }
        Ok(value)
    }

    /// A truth value has the type of a number.
    fn truth(&self, mut value: Value) -> Value {
        if value.c_type == "int32_t" && self.says("1 or 0") {
            value.kind = Kind::Truth;
        }
        value
    }

    fn parameter(&self, name: &str, c_type: &str, next: Option<&str>) -> Result<Parameter> {
        let out = name.starts_with("out_");
        let target = c_type.strip_suffix('*').filter(|_| out).map(str::trim_end);
        let mut value = self.truth(value(target.unwrap_or(c_type))?);
        c_type.clone_into(&mut value.c_type);
        let mut length = None;
        match (value.kind, out) {
            (Kind::Handle, true) => value.owner = Some("caller".to_owned()),
            (Kind::String, false) => {
                length = next.filter(|next| self.are_bytes(name, next));
                if length.is_some() {
                    value.kind = Kind::Bytes;
                } else if self.is_path(name) {
                    value.kind = Kind::Path;
                }
            }
            _ => (),
        }
        Ok(Parameter {
            name: name.to_owned(),
            nullable: self.nullable(name, &value, out)?,
            value,
            out,
            length: length.map(str::to_owned),
        })
    }

    fn are_bytes(&self, name: &str, length: &str) -> bool {
        self.says(&format!("`{name}` points to `{length}` bytes"))
            || self.says(&format!("`{name}` to `{length}`"))
    }

    fn is_path(&self, name: &str) -> bool {
        let end = format!(", {name})");
        self.body
            .split("text :: path (")
            .skip(1)
            .filter_map(|call| call.split_inclusive(')').next())
            .any(|arguments| arguments.replace(" )", ")").ends_with(&end))
    }

    /// Whether NULL may be passed, for what is a pointer.
    fn nullable(&self, name: &str, value: &Value, out: bool) -> Result<Option<bool>> {
        let said = |null: &str, other: &str| {
            if self.says(&format!("`{name}` {null}")) {
                Ok(Some(true))
            } else if self.says(&format!("`{name}` {other}")) {
                Ok(Some(false))
            } else {
                Err(format!("the comment says neither `{name}` {null} nor `{name}` {other}").into())
            }
        };
        match value.kind {
            _ if out => said("is NULL or valid for writing", "is valid for writing"),
            Kind::Handle => Ok(Some(self.says("NULL does nothing"))),
            Kind::UserData => Ok(Some(true)),
            Kind::Callback => Ok(Some(self.says(&format!("`{name}` (may be NULL")))),
            Kind::Bytes => Ok(Some(false)),
            Kind::String | Kind::Path => {
                if self.says("or, but for `") {
                    return Ok(Some(!self.says(&format!("or, but for `{name}`, NULL"))));
                }
                if self.says("The strings are NUL-terminated")
                    || self.says("The string is NUL-terminated")
                {
                    return Ok(Some(false));
                }
                said("is NULL or NUL-terminated", "is NUL-terminated")
            }
            _ => Ok(None),
        }
    }
}

/// The option that a function sets: its only statement is `set`, with the name.
fn option(function: &syn::ItemFn) -> Option<String> {
    let Some(Stmt::Expr(Expr::Call(call), None)) = function.block.stmts.last() else {
        return None;
    };
    let Expr::Path(called) = &*call.func else {
        return None;
    };
    match source::literal(call.args.iter().nth(1)?)? {
        Lit::Str(name) if called.path.is_ident("set") => Some(name.value()),
        _ => None,
    }
}
